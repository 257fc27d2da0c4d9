"""Following who waits for whom, against a plain walk over the whole graph."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.runtime.waits import Away, Cycle, Free, Wait, chase, victim
from pybeam.terms import Pid


@dataclass(frozen=True)
class Graph:
    """Who waits for whom, and who lives where.

    Args:
        callees: for each process the one that it waits for, or None.
        homes: for each process its node.
    """

    callees: tuple[int | None, ...]
    homes: tuple[int, ...]

    def wait(self, number: int) -> Wait:
        return Wait(Pid(f"n{self.homes[number]}@h", self.homes[number] + 1, number + 1), 100 + number, None)

    def look(self, place: Hashable, caller: Wait) -> tuple[Wait, Hashable] | None:
        assert isinstance(place, int)
        callee = self.callees[place]
        return None if callee is None else (self.wait(place), callee)

    def detect(self, start: int) -> Cycle | Free:
        """What a probe that begins at `start` comes to, going from node to node."""
        way: tuple[Wait, ...] = (self.wait(start),)
        place: Hashable = self.callees[start]
        for _ in range(2 * len(self.homes)):
            assert isinstance(place, int)
            here = self.homes[place]
            outcome = chase(way, place, self.look, lambda at, here=here: self.homes[at] != here)  # type: ignore[misc]
            if not isinstance(outcome, Away):
                return outcome
            way, place = outcome
        raise AssertionError("a probe goes on for ever")

    def cycle_from(self, start: int) -> set[int]:
        """The processes of the cycle that one comes to from `start`, walking; empty for none."""
        at: int | None = start
        for _ in self.callees:
            at = None if at is None else self.callees[at]
        if at is None:
            return set()
        found: set[int] = set()
        while at is not None and at not in found:
            found.add(at)
            at = self.callees[at]
        return found


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(1, 12))
    numbers = st.one_of(st.none(), st.integers(0, size - 1))
    callees = draw(st.lists(numbers, min_size=size, max_size=size))
    homes = draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    return Graph(tuple(callees), tuple(homes))


@given(graphs())
def test_a_probe_finds_a_cycle_where_there_is_one_and_none_where_there_is_none(graph: Graph) -> None:
    for start, callee in enumerate(graph.callees):
        if callee is None:
            continue
        outcome, there = graph.detect(start), graph.cycle_from(start)
        if there:
            assert isinstance(outcome, Cycle)
            assert {wait.pid.number - 1 for wait in outcome.waits} == there
        else:
            assert outcome == Free()


@given(graphs())
def test_in_the_cycle_each_waits_for_the_next(graph: Graph) -> None:
    for start, callee in enumerate(graph.callees):
        outcome = Free() if callee is None else graph.detect(start)
        if isinstance(outcome, Cycle):
            members = [wait.pid.number - 1 for wait in outcome.waits]
            assert [graph.callees[member] for member in members] == [*members[1:], members[0]]


@given(graphs())
def test_whoever_finds_a_cycle_names_the_same_victim_and_one_that_is_in_it(graph: Graph) -> None:
    victims: dict[frozenset[int], set[Wait]] = {}
    for start, callee in enumerate(graph.callees):
        outcome = Free() if callee is None else graph.detect(start)
        if isinstance(outcome, Cycle):
            assert victim(outcome) in outcome.waits
            victims.setdefault(frozenset(graph.cycle_from(start)), set()).add(victim(outcome))
    assert all(len(chosen) == 1 for chosen in victims.values())


def test_a_process_that_waits_for_another_answer_by_now_is_in_no_cycle() -> None:
    graph = Graph((1, 0), (0, 0))
    stale = graph.wait(0)._replace(ref=99)
    assert chase((stale,), 1, graph.look, lambda place: False) == Free()


@pytest.mark.parametrize("size", [1, 2, 5000])
def test_a_cycle_of_any_size_is_found(size: int) -> None:
    graph = Graph(tuple((n + 1) % size for n in range(size)), (0,) * size)
    outcome = chase((graph.wait(0),), 1 % size, graph.look, lambda place: False)
    assert isinstance(outcome, Cycle) and len(outcome.waits) == size


def test_a_wait_is_told_by_name_and_node_where_there_is_a_name() -> None:
    pid = Pid("a@h", 1, 7)
    assert Wait(pid, 1, None).who == pid
    assert Wait(pid, 1, "shop").who == ("shop", "a@h")
