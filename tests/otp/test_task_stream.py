"""Task.async_stream: some tasks at a time, and what becomes of them when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam import process
from pybeam.errors import CallTimeout, Crash, ServerDied
from pybeam.otp.task import Task
from pybeam.otp.task_run import spawn_task
from pybeam.otp.task_stream import Limits, stream
from pybeam.process import flush, receive, self, send, sleep, spawn_monitor, trap_exit
from pybeam.runtime.switch import current, running
from pybeam.terms import Pid
from pybeam.testing.inside import Solo, inside, now, settle
from tests.otp.chores import nap
from tests.otp.scripted import later


def fails_at(bad: int) -> Callable[[int], int]:
    def run(number: int) -> int:
        if number == bad:
            raise ValueError(f"not {bad}")
        return number

    return run


def others() -> set[Pid]:
    """The processes besides the caller."""
    return set(process.list()) - {self()}


@inside
def test_outcomes_come_in_the_order_of_the_items() -> None:
    assert list(Task.async_stream([3, 1, 2], nap)) == [("ok", 3), ("ok", 1), ("ok", 2)]
    assert now() == pytest.approx(3)


@inside
def test_or_as_they_end() -> None:
    assert list(Task.async_stream([3, 1, 2], nap, ordered=False)) == [("ok", 1), ("ok", 2), ("ok", 3)]


@inside
def test_nothing_is_left_when_it_is_through() -> None:
    trap_exit()
    assert list(Task.async_stream([], nap)) == []
    assert list(Task.async_stream([1, 2], nap)) == [("ok", 1), ("ok", 2)]
    settle()
    assert flush() == []
    assert others() == set()


@inside
def test_never_more_run_than_allowed() -> None:
    running: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        running.append(number)
        most = max(most, len(running))
        sleep(number % 3)
        running.remove(number)

    assert len(list(Task.async_stream(range(20), work, max_concurrency=4))) == 20
    assert most == 4


@inside
def test_items_are_taken_only_when_they_can_run() -> None:
    diary: list[str] = []

    def items() -> Iterator[int]:
        for number in (1, 2, 3, 4):
            diary.append(f"take {number}")
            yield number

    outcomes = Task.async_stream(items(), nap, max_concurrency=2)
    assert diary == []
    for _, number in outcomes:
        diary.append(f"got {number}")
    assert diary == ["take 1", "take 2", "got 1", "take 3", "got 2", "take 4", "got 3", "got 4"]


@inside
def test_a_slow_first_one_does_not_hold_up_the_start_of_the_others() -> None:
    assert [value for _, value in Task.async_stream([4, 1, 1, 1, 1], nap, max_concurrency=2)] == [4, 1, 1, 1, 1]
    assert now() == pytest.approx(4)


@inside
def test_a_crash_ends_who_iterates() -> None:
    _, ref = spawn_monitor(lambda: list(Task.async_stream([1, 2, 3], fails_at(2))))
    reason = receive(lambda message: message[1] == ref)[4]
    assert isinstance(reason, Crash)
    assert isinstance(reason.exception, ValueError)
    settle()
    assert others() == set()


@inside
def test_who_is_ended_by_a_crash_sees_no_exception_of_it() -> None:
    caught: list[Exception] = []

    def iterate() -> None:
        try:
            list(Task.async_stream([1, 2, 3], fails_at(2)))
        except Exception as error:
            caught.append(error)

    _, ref = spawn_monitor(iterate)
    assert str(receive(lambda message: message[1] == ref)[4]) == "ValueError: not 2"
    assert caught == []


@inside
def test_a_stream_that_is_killed_is_an_exception_to_who_traps_exits() -> None:
    trap_exit()
    outcomes = Task.async_stream([1, 50], nap, timeout=None)
    assert next(outcomes) == ("ok", 1)
    server = min(others(), key=lambda pid: pid.number)
    later(2, lambda: process.exit(server, "kill"))
    with pytest.raises(ServerDied):
        next(outcomes)


@inside
def test_who_traps_exits_gets_the_crash_as_an_outcome() -> None:
    trap_exit()
    first, second, third = Task.async_stream([1, 2, 3], fails_at(2))
    assert (first, third) == (("ok", 1), ("ok", 3))
    assert second[0] == "exit"
    assert str(second[1]) == "ValueError: not 2"
    settle()
    assert flush() == []


@inside
def test_a_late_task_raises_and_ends_all() -> None:
    outcomes = Task.async_stream([1, 9, 9], nap, timeout=2)
    assert next(outcomes) == ("ok", 1)
    with pytest.raises(CallTimeout):
        next(outcomes)
    assert now() == pytest.approx(2)
    assert others() == set()


@inside
def test_or_only_that_task_is_killed() -> None:
    outcomes = list(Task.async_stream([1, 9, 1], nap, timeout=2, on_timeout="kill_task"))
    sleep(1)  # a link to it would end the caller now
    assert outcomes == [("ok", 1), ("exit", "timeout"), ("ok", 1)]
    assert others() == set()


@inside
def test_a_task_that_has_ended_is_not_late_however_late_that_is_seen() -> None:
    def start_slowly(owner: Pid, fun: Callable[..., object], args: tuple[Any, ...]) -> Pid:
        sleep(args[0])
        return spawn_task(owner, fun, args)

    assert list(stream([0, 5], lambda seconds: nap(1), Limits(timeout=2), start_slowly)) == [("ok", 1), ("ok", 1)]
    assert now() == pytest.approx(6)


@inside
def test_no_timer_is_left() -> None:
    assert len(list(Task.async_stream([1, 2], nap, timeout=1000))) == 2
    assert running().runtime.alarms == {}


@inside
def test_closing_it_early_ends_its_tasks() -> None:
    outcomes = Task.async_stream([1, 50, 50], nap, timeout=None)
    assert next(outcomes) == ("ok", 1)
    assert len(others()) == 3
    outcomes.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    assert others() == set()
    assert now() == pytest.approx(1)


@inside
def test_a_loop_that_breaks_ends_its_tasks() -> None:
    for _ in Task.async_stream([1, 50, 50], nap, timeout=None):
        break
    settle()
    assert others() == set()


@inside
def test_a_source_that_raises_ends_the_tasks_and_is_heard() -> None:
    def items() -> Iterator[int]:
        yield 50
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(Task.async_stream(items(), nap))
    assert others() == set()


@pytest.mark.parametrize("end", ["normal", "boom"])
def test_who_iterates_takes_the_tasks_along(end: str) -> None:
    @inside
    def check() -> None:
        keep: list[object] = []

        def iterate() -> None:
            outcomes = Task.async_stream([1, 50, 50], nap, timeout=None)
            keep.append(outcomes)
            next(outcomes)
            process.exit(self(), end)

        _, ref = spawn_monitor(iterate)
        assert receive()[1] == ref
        settle()
        assert others() == set()

    check()


@inside
def test_messages_of_who_iterates_are_left_alone() -> None:
    send(self(), ("a", "pair"))
    assert list(Task.async_stream([1], nap)) == [("ok", 1)]
    assert flush() == [("a", "pair")]


def test_a_stream_dropped_by_nobody_raises_nothing() -> None:
    solo = Solo()
    kept: list[Any] = []

    def begin() -> None:
        kept.append(Task.async_stream([1, 50], nap, timeout=None))
        next(kept[0])

    solo.run(begin)
    assert current() is None
    solo.settle()
    assert list(solo.runtime.processes) == []


@pytest.mark.parametrize(
    "options",
    [
        {"max_concurrency": 0},
        {"max_concurrency": 1.5},
        {"max_concurrency": True},
        {"timeout": -1},
        {"timeout": float("nan")},
        {"timeout": "soon"},
        {"on_timeout": "shrug"},
        {"on_timeout": []},
    ],
)
def test_options_that_make_no_sense_are_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        Task.async_stream([1], nap, **options)


def test_so_is_what_cannot_be_run_or_iterated() -> None:
    with pytest.raises(TypeError, match="a task runs a function"):
        Task.async_stream([1], 42)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not iterable"):
        Task.async_stream(42, nap)  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(1, 5), st.booleans())
def test_every_item_has_one_outcome(naps: list[int], at_once: int, ordered: bool) -> None:
    @inside
    def check() -> None:
        outcomes = list(Task.async_stream(naps, nap, max_concurrency=at_once, ordered=ordered, timeout=None))
        values = [value for _, value in outcomes]
        assert values == naps if ordered else sorted(values) == sorted(naps)
        assert sum(naps) / at_once - 1e-6 <= now() <= sum(naps) + 1e-6
        settle()
        assert others() == set()

    check()
