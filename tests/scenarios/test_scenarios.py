"""Every twin prints what a BEAM printed for its script, or what it says itself where we differ on purpose."""

from __future__ import annotations

import pytest

from tests.scenarios.catalogue import (
    FOLDER,
    Scenario,
    chosen,
    listed_differences,
    parsed,
    recorded,
    recording_of,
    scenarios,
    written,
)
from tests.scenarios.stage import SimStage

ALL = scenarios()
AREAS = sorted({scenario.area for scenario in ALL})
each = pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.id)


@each
def test_scenario(scenario: Scenario, request: pytest.FixtureRequest) -> None:
    if scenario.bug is not None:
        request.applymarker(pytest.mark.xfail(reason=scenario.bug, strict=True))
    assert SimStage().perform(scenario.perform) == scenario.expected


@each
def test_both_sides_open_with_the_same_sentence(scenario: Scenario) -> None:
    lines = scenario.script.read_text().splitlines()
    comment = " ".join(line[1:].strip() for line in lines[: lines.index("import Trace")])
    assert comment.split() == scenario.docstring.split()


@each
def test_a_scenario_is_recorded_and_says_something(scenario: Scenario) -> None:
    trace = recorded(scenario.area)[scenario.name]
    assert trace and not any(line.startswith("!!") for line in trace)


def test_every_twin_has_a_script_and_every_recording_a_scenario() -> None:
    twins = {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.py")}
    assert twins == {scenario.id for scenario in ALL}
    assert {f"{area}/{name}" for area in AREAS for name in recorded(area)} == twins


def test_a_recording_tells_the_versions() -> None:
    for area in AREAS:
        assert recording_of(area).read_text().startswith("# OTP ")


def test_the_differences_that_scenarios_name_are_those_that_the_page_lists() -> None:
    assert {scenario.difference for scenario in ALL} - {None} == listed_differences()


def test_what_differs_on_purpose_differs() -> None:
    for scenario in ALL:
        if scenario.difference is not None:
            assert scenario.expected != recorded(scenario.area)[scenario.name], scenario.id


def test_a_recording_is_read_as_it_was_written() -> None:
    traces = {"links/a": ["ok", "{EXIT, pid:a, boom}"], "links/b": []}
    assert parsed(written("# OTP 25", traces)) == traces


def test_a_word_chooses_by_the_beginning_and_one_that_chooses_nothing_is_an_error() -> None:
    some = ALL[0]
    assert some in chosen([some.area])
    assert chosen([some.id])[0] == some
    assert chosen([]) == ALL
    with pytest.raises(ValueError, match="no_such_area"):
        chosen(["no_such_area"])
