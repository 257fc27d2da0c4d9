"""Whom to connect to, and when to ask again: the pure decisions of discovery."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pybeam.cluster.reconcile import FIRST_PAUSE, pause_after, reconcile
from pybeam.cluster.seldom import Seldom

names = st.sampled_from([f"n{i}@h" for i in range(8)])
some_names = st.frozensets(names)
chances = st.floats(0, 1)
intervals = st.floats(0.01, 3600)


@given(some_names, some_names, names)
def test_exactly_the_wanted_and_unconnected_others_are_tried_once_each(
    wanted: frozenset[str], connected: frozenset[str], own: str
) -> None:
    planned = reconcile(wanted, connected, own)
    assert set(planned) == wanted - connected - {own}
    assert len(planned) == len(set(planned))


@given(some_names, names)
def test_once_all_are_connected_nothing_is_left_to_do(wanted: frozenset[str], own: str) -> None:
    assert reconcile(wanted, wanted - {own}, own) == ()


@given(st.frozensets(names, min_size=2))
def test_nodes_that_start_together_each_knock_first_at_another_door(wanted: frozenset[str]) -> None:
    first = {reconcile(wanted, (), own)[0] for own in wanted}
    assert first == wanted


@given(some_names, some_names, names, st.randoms())
def test_the_order_does_not_hang_on_the_order_of_the_offer(
    wanted: frozenset[str], connected: frozenset[str], own: str, random: st.DataObject
) -> None:
    shuffled = sorted(wanted, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert reconcile(shuffled, connected, own) == reconcile(wanted, connected, own)


@given(st.integers(1, 10**6), intervals, chances)
def test_a_pause_is_never_more_than_a_quarter_longer_than_the_interval(
    rounds: int, interval: float, chance: float
) -> None:
    assert 0 < pause_after(rounds, interval, chance) <= 1.25 * interval


@given(st.integers(40, 10**6), intervals, chances)
def test_the_steady_pause_is_the_interval_give_or_take_a_quarter(rounds: int, interval: float, chance: float) -> None:
    assert 0.75 * interval <= pause_after(rounds, interval, chance) <= 1.25 * interval


def test_the_first_pauses_double_from_a_tenth_of_a_second() -> None:
    pauses = [pause_after(rounds, 60.0, chance=0.5) for rounds in range(1, 8)]
    assert pauses == [FIRST_PAUSE * 2**i for i in range(7)]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 50)), max_size=40))
def test_each_subject_is_let_through_at_most_once_in_the_time(steps: list[tuple[str, int]]) -> None:
    seldom, now, passed = Seldom(60.0), 0, []
    for subject, seconds in steps:
        now += seconds
        if seldom.allows(subject, now):
            passed.append((subject, now))
    for subject in "ab":
        times = [when for who, when in passed if who == subject]
        assert all(later - earlier >= 60 for earlier, later in pairwise(times))
        asked = [who for who, _ in steps]
        assert bool(times) == (subject in asked)
