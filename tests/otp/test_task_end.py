"""Task: end one, let it go; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.otp.task import Task
from pybeam.process import alive, flush, receive, self, send, sleep, spawn, trap_exit
from pybeam.testing.inside import inside, now, settle
from tests.otp.chores import boom, exit_with


@inside
def test_shutdown_ends_a_task_and_spares_its_owner() -> None:
    send(self(), "mine")
    task = Task.async_(sleep, 100)
    settle()
    assert task.shutdown() is None
    assert task.pid is not None
    assert not alive(task.pid)
    assert flush() == ["mine"]


@inside
def test_shutdown_is_quiet_to_an_owner_that_traps_exits() -> None:
    trap_exit()
    assert Task.async_(sleep, 100).shutdown() is None
    assert Task.async_(sleep, 100).shutdown("brutal_kill") is None
    assert flush() == []


class Contrary:
    """Compares like an array: with an answer that is no bool."""

    def __eq__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise ValueError("the truth of an array is ambiguous")

    __hash__ = None  # type: ignore[assignment]  # as an array's


@inside
def test_messages_that_only_look_like_a_tasks_stay() -> None:
    trap_exit()
    task, other = Task.async_(sleep, 100), Task.async_(sleep, 100)
    pid, ref, odd = task.pid, task.ref, Contrary()
    messages = [
        ("UP", ref, "process", pid, "boom"),
        ("DOWN", ref, "process", pid),
        (ref, "one", "too many"),
        [ref, "a list"],
        ("EXIT", other.pid, "boom"),
        ("EXIT", pid),
        ("ENTER", pid, "boom"),
        ["EXIT", pid, "boom"],
        ("EXIT", odd, "boom"),
        ("DOWN", odd, "process", pid, "boom"),
        (odd, odd),
        (odd, odd, odd),
        (odd, odd, odd, odd, odd),
        odd,
    ]
    for message in messages:
        send(self(), message)
    assert task.yield_(timeout=0) is None
    assert task.shutdown() is None
    assert [id(message) for message in flush()] == [id(message) for message in messages]


@inside
def test_shutdown_hands_over_a_result_that_is_there() -> None:
    task = Task.async_(lambda: 1)
    settle()
    assert task.shutdown() == ("ok", 1)
    assert task.shutdown() == ("exit", "noproc")
    assert flush() == []


@inside
def test_shutdown_tells_of_a_crash_that_came_before() -> None:
    trap_exit()
    task = Task.async_(exit_with, "boom")
    settle()
    assert task.shutdown() == ("exit", "boom")
    assert flush() == []


def stubborn(seconds: float) -> str:
    """Traps exits, and so ends when it likes."""
    trap_exit()
    sleep(seconds)
    return "in the end"


@inside
def test_a_task_that_traps_exits_may_use_its_time() -> None:
    task = Task.async_(stubborn, 2)
    settle()
    assert task.shutdown(timeout=3) == ("ok", "in the end")
    assert now() == pytest.approx(2)


@inside
def test_a_task_that_takes_too_long_to_end_is_killed() -> None:
    task = Task.async_(stubborn, 100)
    settle()
    assert task.shutdown(timeout=3) == ("exit", "killed")
    assert now() == pytest.approx(3)
    assert flush() == []


@inside
def test_ignore_lets_a_task_go_on_unlinked() -> None:
    me = self()

    def go_on() -> None:
        sleep(1)
        send(me, "on my own")
        boom()

    assert Task.async_(go_on).ignore() is None
    assert receive() == "on my own"
    settle()
    assert flush() == []


@inside
def test_ignore_hands_over_an_outcome_that_is_there() -> None:
    task = Task.async_(lambda: 4)
    settle()
    assert task.ignore() == ("ok", 4)
    assert flush() == []


# ---------------------------------------------------------------------- bad input


@inside
def test_only_the_owner_may_wait() -> None:
    task, me = Task.async_(sleep, 100), self()
    acts: list[Callable[[], object]] = [task.await_, task.yield_, task.shutdown, task.ignore]
    acts += [lambda: Task.await_many([task]), lambda: Task.yield_many([task])]

    def other() -> None:
        for act in acts:
            with pytest.raises(ValueError, match="is for its owner to wait for"):
                act()
        send(me, "refused")

    spawn(other)
    assert receive(timeout=1) == "refused"
    task.shutdown()


@pytest.mark.parametrize("start", [Task.async_, Task.start, Task.start_link, Task.child_spec])
def test_what_cannot_be_called_is_no_task(start: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match="a task runs a function, not 42"):
        start(42)


@inside
def test_what_is_no_task_cannot_be_awaited() -> None:
    acts: list[Callable[[Any], object]] = [Task.await_, Task.yield_, Task.shutdown, Task.ignore]
    acts += [lambda task: Task.await_many([task]), lambda task: Task.yield_many([task])]
    for act in acts:
        with pytest.raises(TypeError, match="a Task is needed here, not 42"):
            act(42)


@pytest.mark.parametrize("timeout", [-1, float("nan"), "soon"])
def test_a_timeout_that_is_no_time_is_refused(timeout: Any) -> None:
    @inside
    def check() -> None:
        task = Task.async_(sleep, 100)
        for act in (task.await_, task.yield_, task.shutdown):
            with pytest.raises(ValueError, match="a timeout is a number of seconds"):
                act(timeout)
        assert task.pid is not None
        assert alive(task.pid)
        task.shutdown()

    check()
