"""When what a full collection has left is frozen, and when everything is looked at after all."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.runtime.frozen import EXPLAINED, GROWTH, Frozen

LIMIT, SHORT, LONG = 0.01, 0.009, 0.011


class Full(NamedTuple):
    """A full collection: what it took and left, and how many processes there were."""

    seconds: float
    left: int
    processes: int = 0


def go_on(frozen: Frozen, *collections: Full) -> list[bool]:
    """Tell of each as the collector does: it is complete where nothing is frozen, and when it is overdue."""
    return [
        frozen.collected(seconds, not frozen.any or frozen.overdue, lambda left=left: left, processes)  # type: ignore[misc]
        for seconds, left, processes in collections
    ]


def uncounted() -> NoReturn:
    pytest.fail("counted for nothing")


@pytest.mark.parametrize(
    ("collections", "freezes", "due", "overdue"),
    [
        ([], [], False, False),
        ([Full(SHORT, 90)], [False], False, False),
        ([Full(LIMIT, 90)], [False], False, False),
        ([Full(LONG, 100)], [True], False, False),
        ([Full(SHORT, 90), Full(LONG, 100)], [False, True], False, False),
        ([Full(LONG, 100), Full(SHORT, 90)], [True, False], True, False),  # it has worked: there may be garbage
        ([Full(LONG, 100), Full(LONG, 100)], [True, True], True, False),
        ([Full(LONG, 100), Full(LONG, 100), Full(SHORT, 50)], [True, True, False], True, False),
        ([Full(LONG, 100), Full(LONG, 100), Full(LONG, 1)], [True] * 3, True, True),
        ([Full(LONG, 100), Full(LONG, 101)], [True, True], True, True),
        ([Full(LONG, 100), Full(LONG, 101, processes=1)], [True, True], True, False),
        ([Full(LONG, 100), Full(LONG, 100 + EXPLAINED, 1)], [True, True], True, False),
        ([Full(LONG, 100), Full(LONG, 101 + EXPLAINED, 1)], [True, True], True, True),
        ([Full(LONG, 100, 9), Full(LONG, 101, 9)], [True, True], True, True),
        ([Full(LONG, 100, 9), Full(LONG, 101, 2)], [True, True], True, True),
        ([Full(LONG, 100), Full(LONG, 101), Full(LONG, 180)], [True] * 3, False, False),
        ([Full(LONG, 100), Full(LONG, 101), Full(LONG, 180), Full(LONG, 180)], [True] * 4, True, False),
        ([Full(LONG, 100), Full(LONG, 101), Full(SHORT, 10)], [True, True, False], False, False),
    ],
)
def test_it_is_frozen_after_a_long_one_and_complete_when_it_has_grown_too_far(
    collections: list[Full], freezes: list[bool], due: bool, overdue: bool
) -> None:
    frozen = Frozen(LIMIT)
    assert go_on(frozen, *collections) == freezes
    assert (frozen.due, frozen.overdue) == (due, overdue)


def test_a_complete_one_that_is_short_again_leaves_nothing_frozen() -> None:
    frozen = Frozen(LIMIT)
    go_on(frozen, Full(LONG, 100), Full(LONG, 101), Full(SHORT, 10))
    assert not frozen.any


def test_nothing_is_counted_that_is_not_frozen() -> None:
    frozen = Frozen(LIMIT)
    assert not frozen.collected(SHORT, True, uncounted, 0)
    go_on(frozen, Full(LONG, 100))
    assert not frozen.collected(SHORT, False, uncounted, 0)


def test_a_million_idle_servers_are_started_without_a_complete_one() -> None:
    frozen = Frozen(LIMIT)
    go_on(frozen, Full(LONG, 80_000))
    assert all(go_on(frozen, *(Full(LONG, 92_000, 23_000 * n) for n in range(1, 44))))
    assert frozen.due and not frozen.overdue


COLLECTIONS = st.lists(
    st.builds(Full, st.sampled_from([SHORT, LONG]), st.integers(0, 10_000), st.integers(0, 1000)), max_size=60
)


@given(COLLECTIONS)
def test_what_is_frozen_unseen_is_bounded_by_what_lived_and_by_new_processes(collections: list[Full]) -> None:
    frozen, lived, started, held = Frozen(LIMIT), 0, 0, 0
    for full in collections:
        complete = not frozen.any or frozen.overdue
        (freezes,) = go_on(frozen, full)
        if complete:
            lived, started, held = (full.left if freezes else 0), full.processes, 0
            assert not frozen.due
        elif freezes:
            held += full.left
            allowed = GROWTH * lived + EXPLAINED * max(0, full.processes - started)
            assert frozen.overdue == (lived + held > allowed)
            assert frozen.due


@given(COLLECTIONS)
def test_something_is_frozen_since_the_last_long_complete_one_and_never_without(collections: list[Full]) -> None:
    frozen, any_frozen = Frozen(LIMIT), False
    for full in collections:
        complete = not frozen.any or frozen.overdue
        (freezes,) = go_on(frozen, full)
        any_frozen = freezes or (any_frozen and not complete)
        assert frozen.any == any_frozen
        assert frozen.any or not (frozen.due or frozen.overdue)
