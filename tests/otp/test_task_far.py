"""Tasks under a supervisor of another node."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest

from pybeam import node
from pybeam.errors import CallTimeout, NodeDown, NoProcess, RemoteError, ServerDied
from pybeam.otp.task import Task
from pybeam.otp.task_supervisor import TaskSupervisor
from pybeam.process import exit, flush, link, monitor, receive, self, send, sleep, spawn_monitor, trap_exit
from pybeam.runtime.ports import Kind, Target
from pybeam.runtime.switch import running
from pybeam.testing.inside import settle
from pybeam.testing.world import SimNode, World
from tests.otp.chores import Boom, boom, end_of, nap, workers

THERE = ("workers", "b@host")


@pytest.fixture
def a() -> SimNode:
    a, b = World().nodes("a@host", "b@host")
    b.spawn(lambda: (workers(), receive()))
    a.world.settle()
    return a


def there(a: SimNode) -> SimNode:
    [b] = [other for other in a.world.running if other is not a]
    return b


def test_a_task_runs_on_the_other_node(a: SimNode) -> None:
    factor = 3

    def body() -> Any:
        task = TaskSupervisor.async_nolink(THERE, lambda n: (self().node, n * factor), 14)
        return task.await_(), flush()

    assert a.run(body) == (("b@host", 42), [])


def test_what_it_raises_there_is_raised_here_with_its_traceback(a: SimNode) -> None:
    with pytest.raises(Boom) as caught:
        a.run(lambda: TaskSupervisor.async_nolink(THERE, boom).await_())
    assert "in boom" in caught.value.__notes__[0]


def test_what_cannot_travel_is_told_as_text(a: SimNode) -> None:
    def raise_it() -> None:
        class Stay(Exception):
            def __reduce__(self) -> Any:
                raise TypeError("no")

        raise Stay("stays at home")

    with pytest.raises(RemoteError, match="stays at home"):
        a.run(lambda: TaskSupervisor.async_nolink(THERE, raise_it).await_())


def test_a_result_that_cannot_be_pickled_fails_the_task(a: SimNode) -> None:
    with pytest.raises(TypeError, match="pickle"):
        a.run(lambda: TaskSupervisor.async_nolink(THERE, lambda: generator()).await_())


def generator() -> object:
    return (number for number in range(3))


def test_a_late_result_from_there_never_reaches_the_mailbox(a: SimNode) -> None:
    def body() -> list[Any]:
        with pytest.raises(CallTimeout):
            TaskSupervisor.async_nolink(THERE, nap, 3).await_(timeout=1)
        sleep(10)
        send(self(), "only this")
        return list(flush())

    assert a.run(body) == ["only this"]


def test_a_result_that_another_node_makes_up_is_dropped(a: SimNode) -> None:
    forger = a.world.node("c@host")

    def forge(task: Task) -> None:
        owner = Target(task.owner.node, task.owner.creation, task.owner.number)
        me = running()
        me.runtime.network.post(Kind.RESULT, owner, task.ref.number, me, (task.ref, "forged"), inf)

    def body() -> object:
        task = TaskSupervisor.async_nolink(THERE, nap, 3)
        forger.spawn(forge, task)
        return task.await_()

    assert a.run(body) == 3


def test_a_linked_crash_there_ends_the_owner_here(a: SimNode) -> None:
    reason = a.run(end_of, lambda: TaskSupervisor.async_(THERE, boom).await_())
    assert reason.kind == "tests.otp.chores.Boom"


def test_an_owner_here_that_ends_takes_its_linked_task_there_with_it(a: SimNode) -> None:
    def owner() -> None:
        TaskSupervisor.async_(THERE, nap, 100)
        boom()

    a.run(end_of, owner)
    a.world.advance(1)
    assert there(a).run(TaskSupervisor.children, "workers") == []


def test_a_task_whose_owner_has_ended_meanwhile_never_begins(a: SimNode, caplog: pytest.LogCaptureFixture) -> None:
    b = there(a)
    a.run(node.ping, b.name)
    before = len(b.runtime.processes)

    def body() -> None:
        owner, _ = spawn_monitor(TaskSupervisor.async_nolink, THERE, nap, 1000)
        settle()
        exit(owner, "kill")  # its request is on the way

    a.run(body)
    a.world.run_until(lambda: len(b.runtime.processes) > before)
    a.world.advance(1)
    assert b.run(TaskSupervisor.children, "workers") == []
    assert "exception" not in caplog.text


def test_a_node_that_is_lost_is_the_outcome(a: SimNode) -> None:
    def body() -> list[Any]:
        tasks = [TaskSupervisor.async_nolink(THERE, nap, 1000) for _ in range(2)]
        with pytest.raises(NodeDown, match="b@host"):
            tasks[0].await_(timeout=None)
        return [tasks[1].yield_(), flush()]

    def crash_it() -> None:
        sleep(1)
        there(a).crash()

    a.spawn(crash_it)
    assert a.run(body) == [("exit", "noconnection"), []]


def test_a_shutdown_reaches_the_other_node(a: SimNode) -> None:
    def body() -> Any:
        task = TaskSupervisor.async_(THERE, nap, 1000)
        return task.shutdown(), flush()

    assert a.run(body) == (None, [])
    assert there(a).run(TaskSupervisor.children, "workers") == []


def test_a_task_of_a_lost_node_cannot_be_shut_down(a: SimNode) -> None:
    def body() -> None:
        task = TaskSupervisor.async_nolink(THERE, nap, 1000)
        there(a).crash()
        with pytest.raises(NodeDown, match="b@host"):
            task.shutdown(None)

    a.run(body)


def test_a_stream_runs_there_and_has_ended_its_tasks_there_when_it_is_closed(a: SimNode) -> None:
    b = there(a)

    def body() -> Any:
        before = len(b.runtime.processes)
        outcomes = TaskSupervisor.async_stream_nolink(THERE, [2, 0, 50, 50], lambda n: nap(n) if n else boom())
        first = [next(outcomes), next(outcomes)[0]]
        assert len(b.runtime.processes) == before + 2
        outcomes.close()  # type: ignore[attr-defined]  # an iterator that is a generator
        assert len(b.runtime.processes) == before
        return first

    assert a.run(body) == [("ok", 2), "exit"]


def test_an_argument_that_cannot_be_pickled_starts_nothing(a: SimNode) -> None:
    with pytest.raises(TypeError, match="pickle"):
        a.run(lambda: TaskSupervisor.async_nolink(THERE, list, generator()))
    assert there(a).run(TaskSupervisor.children, "workers") == []


def test_a_supervisor_or_a_node_that_is_not_there(a: SimNode) -> None:
    with pytest.raises(NoProcess):
        a.run(TaskSupervisor.async_nolink, ("nobody", "b@host"), nap, 1)
    with pytest.raises(NodeDown):
        a.run(TaskSupervisor.async_nolink, ("workers", "c@host"), nap, 1)


def test_a_linked_process_is_told_of_a_task_there_by_its_pid(a: SimNode) -> None:
    def body() -> Any:
        pid = TaskSupervisor.start_child(THERE, nap, 1000)
        trap_exit()
        link(pid)
        ref = monitor(pid)
        TaskSupervisor.terminate_child(THERE, pid)
        messages = {receive(), receive()}
        return messages == {("EXIT", pid, "shutdown"), ("DOWN", ref, "process", pid, "shutdown")}

    assert a.run(body)


def test_an_owner_that_was_never_linked_gets_the_reason(a: SimNode) -> None:
    def body() -> object:
        task = TaskSupervisor.async_nolink(THERE, nap, 1000)
        assert task.pid is not None
        exit(task.pid, "boom")
        with pytest.raises(ServerDied) as caught:
            task.await_()
        return caught.value.reason

    assert a.run(body) == "boom"
