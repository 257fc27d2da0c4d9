"""Timers: deadlines against a model that simply sorts them."""

from __future__ import annotations

from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pybeam.runtime.timers import SWEEP_AT, Alarm, Timers


class Sleeper:
    """Notes when it was expired."""

    def __init__(self, name: int, log: list[tuple[int, float]]) -> None:
        self.name = name
        self.log = log
        self.deadline = inf
        self.armed = inf
        self.due = inf

    def expire(self) -> None:
        self.log.append((self.name, self.due))
        self.due = inf

    def sleep(self, timers: Timers, deadline: float) -> None:
        """As `Process.wait` does it."""
        self.deadline = self.due = deadline
        if deadline < self.armed:
            timers.arm(self)

    def wake(self) -> None:
        """As `Process.wait` does when it is resumed in time."""
        self.deadline = self.due = inf


moments = st.one_of(st.just(inf), st.integers(0, 50).map(float))


class Deadlines(RuleBasedStateMachine):
    """Sleepers that set, move and clear their deadlines while time goes by, by leaps."""

    @initialize(count=st.integers(1, 6))
    def start(self, count: int) -> None:
        self.now = 0.0
        self.log: list[tuple[int, float]] = []
        self.timers = Timers()
        self.sleepers = [Sleeper(name, self.log) for name in range(count)]

    @rule(data=st.data(), after=moments)
    def sleep(self, data: st.DataObject, after: float) -> None:
        data.draw(st.sampled_from(self.sleepers)).sleep(self.timers, self.now + after)

    @rule(data=st.data())
    def wake(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.sleepers)).wake()

    @rule(seconds=st.integers(0, 30))
    def time_goes_by(self, seconds: int) -> None:
        self.now += seconds
        due = sorted((s.due, s.name) for s in self.sleepers if s.due <= self.now)
        self.log.clear()
        self.timers.expire_until(self.now)
        assert sorted((when, name) for name, when in self.log) == due
        assert [when for _, when in self.log] == [when for when, _ in due], "in the order of their deadlines"

    @invariant()
    def never_too_late(self) -> None:
        if hasattr(self, "timers"):
            first = min((sleeper.due for sleeper in self.sleepers), default=inf)
            assert self.timers.next() <= first
            if first == inf:
                assert self.timers.next() == inf or len(self.timers) > 0

    @invariant()
    def the_heap_stays_small(self) -> None:
        if hasattr(self, "timers"):
            assert len(self.timers) <= SWEEP_AT + 1


TestDeadlines = Deadlines.TestCase
TestDeadlines.settings = settings(max_examples=60, deadline=None)


def test_a_call_in_a_loop_costs_one_entry_and_not_one_each() -> None:
    timers, sleeper = Timers(), Sleeper(0, [])
    for tick in range(10_000):
        sleeper.sleep(timers, tick + 5000.0)
        sleeper.wake()
    assert len(timers) == 1


def test_many_sleepers_that_woke_up_leave_nothing_behind() -> None:
    timers = Timers()
    for name in range(100_000):
        sleeper = Sleeper(name, [])
        sleeper.sleep(timers, 5000.0)
        sleeper.wake()
    assert len(timers) <= 2 * SWEEP_AT


def test_sweeping_loses_nobody_who_still_sleeps() -> None:
    log: list[tuple[int, float]] = []
    timers, sleepers = Timers(), [Sleeper(name, log) for name in range(10 * SWEEP_AT)]
    for sleeper in sleepers:
        sleeper.sleep(timers, 100.0 + sleeper.name)
        if sleeper.name % 3:
            sleeper.wake()
    timers.expire_until(1e9)
    assert [name for name, _ in log] == [s.name for s in sleepers if s.name % 3 == 0]


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=50))
def test_alarms_ring_once_in_order_unless_they_are_cancelled(alarms: list[tuple[int, bool]]) -> None:
    timers, rung = Timers(), []
    for when, cancelled in alarms:
        alarm = Alarm(float(when), lambda when=when: rung.append(when))  # type: ignore[misc]
        timers.arm(alarm)
        if cancelled:
            alarm.cancel()
    timers.expire_until(100.0)
    timers.expire_until(200.0)
    assert rung == sorted(when for when, cancelled in alarms if not cancelled)
    assert (len(timers), timers.next()) == (0, inf)


def test_an_alarm_cancelled_when_it_has_rung_stays_rung() -> None:
    timers, rung = Timers(), []
    alarm = Alarm(1.0, lambda: rung.append(1))
    timers.arm(alarm)
    timers.expire_until(1.0)
    alarm.cancel()
    timers.expire_until(2.0)
    assert rung == [1]


def test_what_an_alarm_sets_for_later_comes_later() -> None:
    timers, rung = Timers(), []

    def again() -> None:
        rung.append("first")
        timers.arm(Alarm(5.0, lambda: rung.append("second")))

    timers.arm(Alarm(1.0, again))
    timers.expire_until(4.0)
    assert rung == ["first"]
    timers.expire_until(5.0)
    assert rung == ["first", "second"]


def test_a_long_turn_does_not_change_who_was_due_first() -> None:
    # One entry stands too early on the heap, for a deadline that was moved on.
    log: list[tuple[int, float]] = []
    timers, moved, other = Timers(), Sleeper(1, log), Sleeper(2, log)
    moved.sleep(timers, 1.0)
    moved.sleep(timers, 5.0)
    other.sleep(timers, 2.0)
    timers.expire_until(10.0)
    assert log == [(2, 2.0), (1, 5.0)]
