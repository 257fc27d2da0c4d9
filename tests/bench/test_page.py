"""A report and its page: what a line says, who is left out, what is drawn."""

from __future__ import annotations

import json

import pytest

from bench.growths import GROWTHS
from bench.page import page, short, spread, table
from bench.report import Report, every_work, from_json, made, series, to_json
from bench.rounds import Record
from bench.works import BEAM, ECHO, OURS, RATE, WORKS, Work

BY_KEY = {work.key: work for work in every_work()}


def record(**readings: dict[str, list[float]]) -> Record:
    """A record in which each work was asked: its figures by contender, one a round."""
    found = Record()
    for key, by_label in readings.items():
        work = BY_KEY[key]
        for label, values in by_label.items():
            answers = found.answers.setdefault((work.ask, label), {})
            for number, value in enumerate(values):
                answers[number] = {**answers.get(number, {}), work.reading: value}
    return found


def report(found: Record, *, quick: bool = False) -> Report:
    return made(found, "a machine", 3, quick=quick)


def rows_of(text: str, work: Work) -> list[list[str]]:
    """The table's lines on a work, the first and those under it that leave its title out."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    start = next(place for place, line in enumerate(lines) if line[0] == work.title)
    end = next((place for place in range(start + 1, len(lines)) if lines[place][0]), len(lines))
    return lines[start:end]


CALL = BY_KEY["call_remote"]
MEASURED = record(call_remote={OURS: [90e-6, 110e-6, 100e-6], BEAM: [50e-6, 50e-6, 50e-6], ECHO: [100e-6] * 3})


def test_each_goal_says_the_ratio_and_whether_it_is_reached() -> None:
    rows = rows_of(page(report(MEASURED)), CALL)
    assert rows[0] == [CALL.title, "100 µs", "90 to 110", ECHO, "100 µs", "1", "≤ 1.2", "yes"]
    assert rows[1] == ["", "", "", BEAM, "50 µs", "2", "≤ 1.6", "**no**"]


def test_a_goal_beside_somebody_absent_is_not_measured() -> None:
    assert rows_of(page(report(MEASURED)), CALL)[2][-1] == "not measured"


def test_the_quick_variant_says_what_it_is_and_nothing_on_who_is_left_out() -> None:
    text = " ".join(page(report(MEASURED, quick=True)).split())
    assert "a look, not a measurement" in text
    assert "not measured" not in text


def test_a_rate_is_a_time_turned_over() -> None:
    many = BY_KEY["call_remote_64"]
    text = page(report(record(call_remote_64={OURS: [5e-6], BEAM: [20e-6]})))
    first, *_ = rows_of(text, many)
    assert first[1:8] == ["200,000 /s", "200,000 to 200,000", BEAM, "50,000 /s", "4", "≥ 2.5", "yes"]


def test_works_that_read_one_answer_are_lines_of_their_own() -> None:
    found = record(idle_start={OURS: [5e-6]}, idle_memory={OURS: [500.0]}, idle_pause={OURS: [0.06]})
    text = page(report(found))
    assert rows_of(text, BY_KEY["idle_memory"])[0][1] == "500 bytes"
    assert rows_of(text, BY_KEY["idle_pause"])[0][-1] == "**no**"
    assert BY_KEY["idle_peak"].title not in text


def test_every_figure_is_listed_the_best_first() -> None:
    text = page(report(record(call_remote_64={OURS: [5e-6], BEAM: [20e-6], ECHO: [2e-6]})))
    listed = text[text.index("## Every figure") :]
    assert listed.index(ECHO) < listed.index(f"**{OURS}**") < listed.index(BEAM)


def test_who_is_missing_is_named_with_the_reason() -> None:
    found = record(call_remote={OURS: [1e-4]})
    found.notes["Ray"] = "not installed: no such package"
    assert "- Ray: not installed: no such package" in page(report(found))


def test_what_others_alone_have_done_has_no_line() -> None:
    assert CALL.title not in page(report(record(call_remote={BEAM: [1e-4]})))


def test_a_plot_stands_on_the_page_when_there_is_something_to_draw() -> None:
    callers = GROWTHS[0]
    found = record(**{work.key: {OURS: [1e-5], BEAM: [2e-5]} for _, work in callers.works[:3]})
    text = page(report(found))
    assert f"plots/{callers.key}.svg" in text
    assert f"plots/{GROWTHS[1].key}.svg" not in text
    assert [size for size, _ in series(report(found), callers)[BEAM]] == [1, 4, 16]


def test_a_jump_in_a_cost_that_should_not_grow_is_told() -> None:
    callers = GROWTHS[0]
    costs = [1e-5, 1e-5, 4e-5]
    found = record(**{work.key: {OURS: [cost]} for (_, work), cost in zip(callers.works, costs, strict=False)})
    assert "half as much again as before at 16" in page(report(found))


def test_a_report_survives_being_kept() -> None:
    kept = report(MEASURED)
    assert from_json(json.loads(json.dumps(to_json(kept)))) == kept


def test_keys_are_distinct() -> None:
    keys = [work.key for work in every_work()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.key)
def test_a_goal_compares_with_a_work_that_exists(work: Work) -> None:
    assert all(not goal.work or goal.work in BY_KEY for goal in work.goals)
    assert all(goal.at_most != BY_KEY[goal.work or work.key].unit.inverse for goal in work.goals if goal.beside)


def test_a_row_that_holds_a_bar_does_not_break_the_table() -> None:
    assert table(("a",), [("x|y",)]).endswith("| x\\|y |")


@pytest.mark.parametrize(
    ("number", "text"), [(0.0, "0"), (0.5, "0.5"), (999.4, "999"), (1000.0, "1,000"), (2e6, "2,000,000")]
)
def test_figures_are_short(number: float, text: str) -> None:
    assert short(number) == text


def test_a_range_is_in_the_unit_of_its_figure() -> None:
    assert spread({0: 2000.0, 1: 1000.0}, RATE) == "1,000 to 2,000"
