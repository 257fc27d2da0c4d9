"""Measure pybeam beside the BEAM, its Python peers and the limits: `python -m bench.run`.

Everything is measured in one run, in interleaved rounds, since on a shared machine only a ratio
within a round means anything. Prints the page; `--write` writes it to docs/benchmarks.md and draws
the plots. Who is not installed, or fails, is left out with a line that says why.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from bench import contenders
from bench.child import adopt_orphans, end_orphans
from bench.contenders import ROOT, Contender
from bench.page import PLOTS, page
from bench.plots import draw
from bench.report import Report, every_work, from_json, made, to_json
from bench.rounds import Pace, play
from bench.surroundings import machine
from bench.works import OURS, Ask, Work

PAGE = ROOT / "docs" / "benchmarks.md"
FULL, QUICK = Pace(7, 1.0, quick=False), Pace(3, 0.1, quick=True)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="bench.run", description=(__doc__ or "").splitlines()[0])
    made.add_argument("--quick", action="store_true", help="few rounds and counts, no peers: under two minutes")
    made.add_argument(
        "--rounds", type=positive, metavar="N", help=f"how many rounds (default {FULL.rounds}, quick {QUICK.rounds})"
    )
    made.add_argument(
        "--only", nargs="+", metavar="WORK", default=[], help="only works whose keys begin so (see --list)"
    )
    made.add_argument(
        "--who", nargs="+", metavar="NAME", default=[], help="only these beside pybeam, such as BEAM rpyc"
    )
    made.add_argument(
        "--peers", action=argparse.BooleanOptionalAction, help="the Python peers and caches (not in --quick)"
    )
    made.add_argument("--write", action="store_true", help="write docs/benchmarks.md and docs/plots")
    made.add_argument(
        "--cache",
        type=Path,
        default=ROOT / ".bench",
        metavar="DIR",
        help="for peers, logs and results (default .bench)",
    )
    made.add_argument("--render", type=Path, metavar="FILE", help="measure nothing: show the results kept in FILE")
    made.add_argument("--list", action="store_true", help="list the works and who takes part")
    return made


def positive(text: str) -> int:
    """A whole number of at least 1.

    Raises:
        ValueError: `text` is none.
    """
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def chosen(works: Sequence[Work], only: Sequence[str], *, quick: bool) -> list[Work]:
    """The works to measure, and those that their goals compare with.

    Raises:
        ValueError: no key begins with one of `only`.
    """
    for prefix in only:
        if not any(work.key.startswith(prefix) for work in works):
            raise ValueError(f"no work begins with {prefix!r}: --list lists them")
    wanted = [work for work in works if not only or work.key.startswith(tuple(only))]
    needed = {goal.work for work in wanted for goal in work.goals} | {work.key for work in wanted}
    return [work for work in works if work.key in needed and (work.ask.quick or not quick)]


def asks_of(works: Sequence[Work]) -> list[Ask]:
    """What to ask, once each: several works may read one answer."""
    return list(dict.fromkeys(work.ask for work in works))


def field(who: Sequence[str], *, peers: bool) -> list[Contender]:
    """Who takes part.

    Raises:
        ValueError: `who` names somebody unknown.
    """
    everybody = [*contenders.OWN, *contenders.LIMITS, *contenders.BEAMS, *contenders.PEERS]
    labels = {contender.label for contender in everybody}
    if strangers := sorted(set(who) - labels):
        raise ValueError(f"nobody is called {strangers[0]!r}: --list lists them")
    if who:
        return [contender for contender in everybody if contender.label in {OURS, *who}]
    return everybody if peers else [*contenders.OWN, *contenders.LIMITS, *contenders.BEAMS]


def listing() -> str:
    works = "\n".join(f"  {work.key:24} {work.title}" for work in every_work())
    labels = dict.fromkeys(c.label for c in field([], peers=True))
    return f"works:\n{works}\nwho: {', '.join(labels)}"


def measured(options: argparse.Namespace) -> Report:
    """Run, and keep the results in the cache's folder."""
    base = QUICK if options.quick else FULL
    pace = Pace(options.rounds or base.rounds, base.budget, base.quick)
    peers = (not options.quick) if options.peers is None else options.peers
    works = chosen(every_work(), options.only, quick=options.quick)
    players = field(options.who, peers=peers)
    options.cache.mkdir(parents=True, exist_ok=True)
    adopt_orphans()
    try:
        record = play(players, asks_of(works), pace, options.cache.resolve())
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end_orphans()
    report = made(record, machine(), pace.rounds, quick=pace.quick)
    (options.cache / "results.json").write_text(json.dumps(to_json(report), indent=1))
    return report


def kept(file: Path) -> Report:
    """The report of an earlier run.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something else.
    """
    try:
        return from_json(json.loads(file.read_text()))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{file} does not hold the results of a run") from error


def write(report: Report) -> None:
    """Write the page, and the plots where matplotlib is installed."""
    PAGE.write_text(page(report))
    try:
        draw(report, PAGE.parent / PLOTS)
    except ImportError:
        print("no plots: matplotlib is not installed (pip install -e '.[dev]')", file=sys.stderr)


def main() -> int:
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, _end)
    try:
        if options.list:
            print(listing())
            return 0
        report = kept(options.render) if options.render else measured(options)
    except (ValueError, OSError) as error:
        print(f"bench.run: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench.run: interrupted; nothing was written", file=sys.stderr)
        return 130
    print(page(report))
    if options.write:
        write(report)
    return 0


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
