"""TaskSupervisor: tasks under a supervisor, linked to their owner or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import Crash, NoProcess, TooManyChildren
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.otp.task import Task
from pybeam.otp.task_supervisor import TaskSupervisor
from pybeam.process import alive, exit, flush, self, send, sleep, trap_exit
from pybeam.testing.inside import inside, settle
from tests.otp.chores import Boom, boom, end_of, nap, workers
from tests.otp.scripted import Scripted


@inside
def test_a_task_under_a_supervisor_has_a_result() -> None:
    supervisor = workers()
    assert TaskSupervisor.async_(supervisor, nap, 1).await_() == 1
    assert TaskSupervisor.async_nolink("workers", pow, 2, 10).await_() == 1024
    assert flush() == []


@inside
def test_a_crash_ends_the_owner_that_is_linked() -> None:
    workers()
    reason = end_of(lambda: TaskSupervisor.async_("workers", boom).await_())
    assert isinstance(reason.exception, Boom)


@inside
def test_a_crash_spares_the_owner_that_is_not() -> None:
    workers()
    task = TaskSupervisor.async_nolink("workers", boom)
    with pytest.raises(Boom):
        task.await_()
    again = TaskSupervisor.async_nolink("workers", boom).yield_()
    assert again is not None
    assert again[0] == "exit"
    assert isinstance(again[1], Crash)
    assert flush() == []


@inside
def test_a_server_takes_the_outcome_as_a_message() -> None:
    workers()
    server = GenServer.start(Scripted)

    def begin(it: Scripted, from_: object) -> Task:
        return TaskSupervisor.async_nolink("workers", nap, 2)

    task: Any = GenServer.call(server, begin)
    sleep(3)
    seen = GenServer.call(server, lambda it, from_: list(it.seen))
    assert seen == [(task.ref, 2), ("DOWN", task.ref, "process", task.pid, "normal")]


def test_an_owner_that_ends_leaves_its_unlinked_task_in_peace(caplog: pytest.LogCaptureFixture) -> None:
    mailbox: list[Any] = []

    def work() -> None:
        sleep(5)
        mailbox.append(flush())

    def owner() -> None:
        TaskSupervisor.async_nolink("workers", work)
        TaskSupervisor.async_("workers", nap, 5)
        exit(self(), "gone")

    @inside
    def check() -> None:
        workers()
        end_of(owner)
        settle()
        assert len(TaskSupervisor.children("workers")) == 1
        sleep(10)
        assert TaskSupervisor.children("workers") == []

    check()
    assert mailbox == [[]]
    assert "exception" not in caplog.text


@inside
def test_the_supervisor_takes_its_tasks_along() -> None:
    trap_exit()
    supervisor = workers()
    task = TaskSupervisor.async_nolink(supervisor, nap, 100)
    TaskSupervisor.stop(supervisor)
    assert task.yield_() == ("exit", "shutdown")
    with pytest.raises(NoProcess):
        TaskSupervisor.async_(supervisor, nap, 1)


@inside
def test_children_are_known_and_can_be_ended() -> None:
    workers()
    pid = TaskSupervisor.start_child("workers", nap, 100)
    assert TaskSupervisor.children("workers") == [pid]
    TaskSupervisor.terminate_child("workers", pid)
    assert not alive(pid)
    assert TaskSupervisor.children("workers") == []
    with pytest.raises(LookupError):
        TaskSupervisor.terminate_child("workers", pid)
    assert flush() == []


@inside
def test_a_child_runs_for_what_it_does() -> None:
    workers()
    TaskSupervisor.start_child("workers", send, self(), "done")
    TaskSupervisor.start_child("workers", boom)
    settle()
    assert flush() == ["done"]


@inside
def test_a_child_may_be_started_again_when_it_fails() -> None:
    workers()
    tries: list[int] = []

    def third_time_lucky() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Boom

    TaskSupervisor.start_child("workers", third_time_lucky, restart="transient")
    settle()
    assert len(tries) == 3


@inside
def test_no_more_tasks_than_allowed() -> None:
    workers(max_children=1)
    task = TaskSupervisor.async_nolink("workers", nap, 1)
    for start in (TaskSupervisor.async_, TaskSupervisor.async_nolink, TaskSupervisor.start_child):
        with pytest.raises(TooManyChildren):
            start("workers", nap, 1)
    assert task.await_() == 1
    with pytest.raises(TooManyChildren):
        list(TaskSupervisor.async_stream_nolink("workers", [1, 1], nap))
    settle()
    assert TaskSupervisor.children("workers") == []


@inside
def test_a_stream_under_a_supervisor() -> None:
    workers()
    assert list(TaskSupervisor.async_stream("workers", [2, 1], nap)) == [("ok", 2), ("ok", 1)]
    assert isinstance(end_of(lambda: list(TaskSupervisor.async_stream("workers", [1], boom))), Crash)
    settle()
    assert TaskSupervisor.children("workers") == []


@inside
def test_an_unlinked_stream_tells_of_crashes() -> None:
    workers()
    [first, second] = TaskSupervisor.async_stream_nolink("workers", [0, 1], lambda n: nap(1) if n else boom())
    assert (first[0], second) == ("exit", ("ok", 1))
    assert flush() == []


@inside
def test_a_stream_under_a_supervisor_ends_its_tasks_when_it_is_closed() -> None:
    workers()
    outcomes = TaskSupervisor.async_stream_nolink("workers", [1, 50, 50], nap, timeout=None)
    assert next(outcomes) == ("ok", 1)
    outcomes.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    settle()
    assert TaskSupervisor.children("workers") == []


@pytest.mark.parametrize(("end", "left"), [("normal", 0), ("boom", 2)])
def test_who_ends_in_the_middle_of_an_unlinked_stream_leaves_its_tasks_as_in_elixir(end: str, left: int) -> None:
    @inside
    def check() -> None:
        workers()

        def iterate() -> None:
            for _ in TaskSupervisor.async_stream_nolink("workers", [1, 50, 50], nap, timeout=None):
                exit(self(), end)

        end_of(iterate)
        settle()
        assert len(TaskSupervisor.children("workers")) == left

    check()


@inside
def test_a_supervisor_of_tasks_is_a_child_like_any() -> None:
    trap_exit()
    top = Supervisor.start_link([TaskSupervisor.child_spec(name="workers"), TaskSupervisor])
    assert [child.id for child in Supervisor.which_children(top)] == ["workers", TaskSupervisor]
    assert TaskSupervisor.async_nolink("workers", nap, 1).await_() == 1


@inside
def test_what_cannot_be_called_is_refused() -> None:
    workers()
    starts: list[Callable[[Any], object]] = [
        lambda fun: TaskSupervisor.async_("workers", fun),
        lambda fun: TaskSupervisor.async_nolink("workers", fun),
        lambda fun: TaskSupervisor.start_child("workers", fun),
        lambda fun: TaskSupervisor.async_stream("workers", [1], fun),
        lambda fun: TaskSupervisor.async_stream_nolink("workers", [1], fun),
    ]
    for start in starts:
        with pytest.raises(TypeError, match="a task runs a function, not 42"):
            start(42)
    wrong: Any = "sometimes"
    with pytest.raises(ValueError, match="restart is"):
        TaskSupervisor.start_child("workers", nap, restart=wrong)


@inside
def test_a_supervisor_that_is_not_there_is_a_clear_error() -> None:
    for start in (TaskSupervisor.async_, TaskSupervisor.async_nolink, TaskSupervisor.start_child):
        with pytest.raises(NoProcess):
            start("nobody", nap, 1)
    with pytest.raises(NoProcess):
        next(TaskSupervisor.async_stream("nobody", [1], nap))
