"""Run the scenarios on a BEAM and here, and compare:

    python -m tests.scenarios                           all of them
    python -m tests.scenarios links gen_server/init     those whose id begins so
    python -m tests.scenarios --record                  and keep what the BEAM printed, with its version
    python -m tests.scenarios --here links              only here, against the recordings

Exits with 1 when something differs that should not, with 2 when it could not compare.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterable, Sequence
from difflib import ndiff

from tests.scenarios import beam, catalogue
from tests.scenarios.catalogue import Scenario, recorded, recording_of
from tests.scenarios.stage import SimStage


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios", description="Compare us with a BEAM.")
    parser.add_argument("which", nargs="*", help="area, or area/name; the beginning is enough")
    parser.add_argument("--record", action="store_true", help="keep the BEAM's traces")
    parser.add_argument("--here", action="store_true", help="without a BEAM: against the recordings")
    options = parser.parse_args(arguments)
    try:
        chosen = catalogue.chosen(options.which)
        changed = 0 if options.here else _on_the_beam(chosen, record=options.record)
    except (ValueError, beam.NoBeam) as error:
        parser.error(str(error))
    wrong = sum(not _agrees(scenario) for scenario in chosen)
    differ = sum(scenario.difference is not None for scenario in chosen)
    print(f"{len(chosen)} scenarios, {differ} of them with a difference on purpose; {wrong} wrong here")
    return 1 if wrong or changed else 0


def _on_the_beam(chosen: list[Scenario], *, record: bool) -> int:
    """Run the scripts; how many traces are not those that were recorded."""
    version, played = beam.play([scenario.id for scenario in chosen])
    if record:
        _record(version, played)
        return 0
    return sum(_has_changed(scenario, played[scenario.id]) for scenario in chosen)


def _has_changed(scenario: Scenario, played: list[str]) -> bool:
    known = recorded(scenario.area).get(scenario.name, []) if recording_of(scenario.area).exists() else []
    if known != played:
        _show(f"{scenario.id}: the BEAM prints something else than is recorded", known, played)
    return known != played


def _record(version: str, played: dict[str, list[str]]) -> None:
    for area in sorted({id.partition("/")[0] for id in played}):
        file = recording_of(area)
        known = catalogue.parsed(file.read_text()) if file.exists() else {}
        present = {scenario.id for scenario in catalogue.scenarios() if scenario.area == area}
        traces = {id: lines for id, lines in sorted((known | played).items()) if id in present}
        file.write_text(catalogue.written(version, traces))


def _agrees(scenario: Scenario) -> bool:
    logging.disable()  # processes end here by the dozen, on purpose
    try:
        ours = SimStage().perform(scenario.perform)
    except BaseException as error:
        ours = [f"!! ended with {error!r}"]
    finally:
        logging.disable(logging.NOTSET)
    agrees = ours == scenario.expected
    if scenario.bug is not None and agrees:
        print(f"{scenario.id}: works, though it says that it does not: {scenario.bug}")
    elif scenario.bug is None and not agrees:
        _show(f"{scenario.id}: wrong", scenario.expected, ours)
    return agrees == (scenario.bug is None)


def _show(title: str, expected: Iterable[str], got: Iterable[str]) -> None:
    print(title, *ndiff(list(expected), list(got)), sep="\n    ")


if __name__ == "__main__":
    sys.exit(main())
