"""A report as a page of Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill

from bench.figures import PEERS, Goal, Samples, cliffs, median, verdict
from bench.growths import GROWTHS, Growth
from bench.report import Report, series
from bench.works import OURS, PYTHON_PEERS, WORKS, Unit, Work

PLOTS = "plots"
"""The folder of the plots, beside the page."""

HEAD = ("work", "pybeam", "range", "beside", "its figure", "ratio", "goal", "reached")


def page(report: Report) -> str:
    """The whole page, without its plots of what was not measured."""
    parts = [
        "# Benchmarks",
        _introduction(report),
        goals_table(report),
        "## Every figure",
        figures_table(report),
        *_growth_section(report),
        *_missing_section(report),
    ]
    return "\n\n".join(parts) + "\n"


def _introduction(report: Report) -> str:
    variant = (
        " This is the quick variant, with few rounds and counts: a look, not a measurement." if report.quick else ""
    )
    versions = ", ".join(f"{label} {version}" for label, version in sorted(report.versions.items()) if version)
    paragraphs = [
        "Made by `.venv/bin/python -m bench.run --write`, after `./scripts/test.sh` has made the environment; "
        f"`--quick` takes under two minutes, `--help` tells the rest.{variant}",
        f"Machine: {report.machine}. Other things run on it too, so read the ratios: each is the median over "
        f"{report.rounds} interleaved rounds, or fewer where one takes long, of what both sides took in the same "
        "round. A figure is the median over the rounds, then its range. Goals called *first* are those of the first "
        "release.",
        "All of pybeam's figures are with encryption on. The *pyzmq echo* is a bare pyzmq echo with pickle and without "
        "encryption, the one with *CURVE* has it; the BEAM's distribution and the peers do not encrypt. Both block "
        "until something comes; a node of pybeam, like the BEAM, looks for a moment before it sleeps, which is how a "
        "call to it can take less time than an echo. The two sides "
        "of a call are bound to different cores, as two nodes would be, for every contender alike. The five nodes of a "
        "cache and its prompt run on all of them, as if started from one terminal; so does the echo that they are "
        "measured by.",
        *([f"Beside pybeam: {versions}."] if versions else []),
    ]
    return "\n\n".join(fill(paragraph, 120, break_on_hyphens=False, break_long_words=False) for paragraph in paragraphs)


def goals_table(report: Report) -> str:
    """Each goal with what came of it; a work without goals has a line too."""
    return table(HEAD, [row for work in report.measured(WORKS) for row in _goal_rows(report, work)])


def _goal_rows(report: Report, work: Work) -> Iterator[Sequence[str]]:
    mine = report.values[work.key, OURS]
    first = (work.title, _with_unit(median(mine), work.unit), spread(mine, work.unit))
    rows = [row for goal in work.goals if (row := _outcome(report, work, goal))]
    for number, row in enumerate(rows or [("", "", "", "", "")]):
        yield (*(first if number == 0 else ("", "", "")), *row)


def _outcome(report: Report, work: Work, goal: Goal) -> tuple[str, str, str, str, str] | None:
    found = verdict(goal, work.key, OURS, PYTHON_PEERS, report.values)
    if found is None:  # the quick variant leaves the peers out, which says nothing about the goal
        return None if report.quick else (goal.beside, "", "", in_words(goal), "not measured")
    beside = f"{found.beside}, the fastest peer" if goal.beside == PEERS else found.beside
    theirs = "" if found.theirs is None else _with_unit(found.theirs, work.unit)
    quotient = "" if found.ratio is None else short(found.ratio)
    return beside, theirs, quotient, in_words(goal), "yes" if found.reached else "**no**"


def in_words(goal: Goal) -> str:
    """
    >>> in_words(Goal(1.2, at_most=True, beside="BEAM")), in_words(Goal(0.05, at_most=True, words="< 50 ms"))
    ('≤ 1.2', '< 50 ms')
    """
    return goal.words or f"{'≤' if goal.at_most else '≥'} {goal.bound:g}"


def figures_table(report: Report) -> str:
    """Everybody's figures, the best first."""
    rows = []
    for work in report.measured(WORKS):
        samples = report.of(work)
        ranked = sorted(samples, key=lambda label: median(samples[label]), reverse=work.unit.inverse)
        for place, label in enumerate(ranked):
            name = f"**{label}**" if label == OURS else label
            mine = samples[label]
            rows.append(
                (work.title if place == 0 else "", name, _with_unit(median(mine), work.unit), spread(mine, work.unit))
            )
    return table(("work", "who", "median", "range"), rows)


def _growth_section(report: Report) -> Iterator[str]:
    known = [growth for growth in GROWTHS if any(report.measured([work]) for _, work in growth.works)]
    if not known:
        return
    yield "## How it grows"
    yield "\n".join(remark(report, growth) for growth in known)
    for growth in known:
        yield f"![{growth.title}, by {growth.axis}]({PLOTS}/{growth.key}.svg)"


def remark(report: Report, growth: Growth) -> str:
    """A line on one plot: from where to where, and where a cost jumps."""
    line = [(size, median(samples)) for size, samples in series(report, growth).get(OURS, [])]
    unit = growth.works[0][1].unit
    per = [(size, cost / size) for size, cost in line] if growth.key == "sizes" else line
    jumps = cliffs(per) if growth.flat else []
    ends = f"{_with_unit(line[0][1], unit)} at {line[0][0]:,}, {_with_unit(line[-1][1], unit)} at {line[-1][0]:,}"
    told = f"; half as much again as before at {', '.join(f'{size:,}' for size in jumps)}" if jumps else ""
    return f"- {growth.title}, by {growth.axis}: {ends}{told}."


def _missing_section(report: Report) -> Iterator[str]:
    if report.notes:
        yield "## Not measured"
        yield "\n".join(f"- {label}: {why}" for label, why in report.notes.items())


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """
    >>> print(table(("a", "b"), [("1", "2|3")]))
    | a | b |
    | --- | --- |
    | 1 | 2\\|3 |
    """
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def spread(samples: Samples, unit: Unit) -> str:
    """The least and the greatest."""
    return f"{short(min(samples.values()) * unit.scale)} to {short(max(samples.values()) * unit.scale)}"


def short(number: float) -> str:
    """Three digits, or all before the point.

    >>> short(1234567.8), short(0.012345), short(123.4), short(0.0)
    ('1,234,568', '0.0123', '123', '0')
    """
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def _with_unit(value: float, unit: Unit) -> str:
    return f"{short(value * unit.scale)} {unit.sign}"
