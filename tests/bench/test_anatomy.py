"""Notes of two nodes, put in order: which steps a call has, and how long each takes."""

from __future__ import annotations

import pytest

from bench.anatomy import Note, noted, notes, steps_of, table


def a_call(start: float, way: float = 2.0, extra: str = "") -> tuple[list[Note], list[Note]]:
    """What both sides note of one call that begins at `start`."""
    ours = [(start, ""), (start + 1, "sent"), (start + 3 + way, "back")]
    return ours + ([(start + 3.5 + way, extra)] if extra else []), [(start + 1 + way, "answered")]


def test_the_steps_of_both_sides_stand_in_the_order_of_their_time() -> None:
    ours, theirs = a_call(0.0)
    steps = steps_of([*ours, (100.0, "")], theirs)
    assert steps == [("caller", "sent", 1.0), ("called", "answered", 2.0), ("caller", "back", 2.0)]


def test_a_step_takes_its_median_and_a_call_that_went_another_way_does_not_count() -> None:
    ours: list[Note] = []
    theirs: list[Note] = []
    for n, (way, extra) in enumerate([(2.0, ""), (4.0, ""), (90.0, "a timer"), (6.0, "")]):
        mine, other = a_call(1000.0 * n, way, extra)
        ours, theirs = ours + mine, theirs + other
    assert ("called", "answered", 4.0) in steps_of([*ours, (9000.0, "")], theirs)


def test_a_seam_notes_when_it_is_entered_and_left_and_answers_as_before() -> None:
    notes.clear()
    assert noted(lambda a, b: a + b, "begins", "ends")(1, 2) == 3
    assert [what for _, what in notes] == ["begins", "ends"]
    noted(lambda: None, "passes", "")()
    assert [what for _, what in notes] == ["begins", "ends", "passes"]
    notes.clear()


@pytest.mark.parametrize("text", ["| caller | sent | 1.5 |", "|  | in all | 3.5 |"])
def test_the_table_has_microseconds_and_their_sum(text: str) -> None:
    assert text in table([("caller", "sent", 1.5e-6), ("called", "answered", 2e-6)])
