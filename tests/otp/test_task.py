"""Task: start one, wait for it, let it go, end it."""

from __future__ import annotations

import pytest

from pybeam.errors import CallTimeout, Crash, ServerDied
from pybeam.otp.supervisor import Supervisor
from pybeam.otp.task import Task
from pybeam.process import alive, exit, flush, monitor, receive, self, send, sleep, trap_exit
from pybeam.testing.inside import inside, now, settle
from tests.otp.chores import Boom, after, answers_after, boom, end_of, exit_with


@inside
def test_await_returns_what_the_function_returns() -> None:
    assert Task.async_(pow, 2, 10).await_() == 1024
    assert flush() == []


@inside
def test_tasks_run_at_the_same_time() -> None:
    tasks = [Task.async_(answers_after(2, number)) for number in range(3)]
    assert [task.await_() for task in tasks] == [0, 1, 2]
    assert now() == pytest.approx(2)


@inside
def test_the_result_is_a_message_for_who_does_not_wait() -> None:
    task = Task.async_(answers_after(1, "done"))
    assert receive() == (task.ref, "done")
    assert receive() == ("DOWN", task.ref, "process", task.pid, "normal")


@inside
def test_other_messages_stay_where_they_are() -> None:
    send(self(), "before")
    task = Task.async_(answers_after(1, "done"))
    send(self(), ("a", "pair"))
    assert task.await_() == "done"
    assert flush() == ["before", ("a", "pair")]


@inside
def test_a_late_result_never_reaches_the_mailbox() -> None:
    task = Task.async_(answers_after(6, "late"))
    with pytest.raises(CallTimeout, match=r"within 5\.0 s"):
        task.await_()
    assert now() == 5
    sleep(10)
    assert flush() == []


@inside
def test_a_task_that_was_given_up_goes_on() -> None:
    me = self()
    task = Task.async_(after, 2, send, me, "still here")
    with pytest.raises(CallTimeout):
        task.await_(timeout=1)
    assert receive() == "still here"


@inside
def test_a_result_that_is_there_is_taken_without_waiting() -> None:
    task = Task.async_(lambda: 1)
    settle()
    assert task.await_(timeout=0) == 1


@inside
def test_a_crash_ends_the_owner_by_the_link_and_no_except_sees_it() -> None:
    caught: list[Exception] = []

    def owner() -> None:
        try:
            Task.async_(boom).await_()
        except Exception as error:
            caught.append(error)

    reason = end_of(owner)
    assert isinstance(reason, Crash)
    assert isinstance(reason.exception, Boom)
    assert caught == []


@inside
def test_an_owner_that_ends_takes_its_task_with_it() -> None:
    tasks: list[Task] = []

    def owner() -> None:
        tasks.append(Task.async_(sleep, 100))
        raise Boom

    end_of(owner)
    settle()
    assert tasks[0].pid is not None
    assert not alive(tasks[0].pid)


@inside
def test_an_owner_that_traps_exits_gets_the_exception_and_the_exit_message() -> None:
    trap_exit()
    task = Task.async_(boom)
    with pytest.raises(Boom, match="boom"):
        task.await_()
    [(word, pid, reason)] = flush()
    assert (word, pid, reason.kind) == ("EXIT", task.pid, "tests.otp.chores.Boom")


@inside
def test_an_owner_that_traps_exits_gets_an_exit_message_of_a_good_end_too() -> None:
    trap_exit()
    task = Task.async_(lambda: 5)
    assert task.await_() == 5
    settle()
    assert flush() == [("EXIT", task.pid, "normal")]


@inside
def test_a_task_that_was_ended_tells_its_reason() -> None:
    trap_exit()
    task = Task.async_(sleep, 100)
    assert task.pid is not None
    exit(task.pid, "boom")
    with pytest.raises(ServerDied) as caught:
        task.await_()
    assert caught.value.reason == "boom"


@inside
def test_yield_says_how_it_went_or_that_it_goes_on() -> None:
    trap_exit()
    good, bad = Task.async_(answers_after(2, 7)), Task.async_(exit_with, "boom")
    assert good.yield_(1) is None
    assert good.yield_(timeout=5) == ("ok", 7)
    assert bad.yield_() == ("exit", "boom")


@inside
def test_yield_many_keeps_the_order_and_marks_who_is_late() -> None:
    trap_exit()
    tasks = [Task.async_(answers_after(seconds, seconds)) for seconds in (3, 1, 9)]
    tasks.append(Task.async_(exit_with, "boom"))
    outcomes = Task.yield_many(tasks, timeout=4)
    assert outcomes == [(tasks[0], ("ok", 3)), (tasks[1], ("ok", 1)), (tasks[2], None), (tasks[3], ("exit", "boom"))]
    assert now() == 4
    assert tasks[2].await_(timeout=6) == 9


@inside
def test_yield_many_waits_no_longer_than_needed() -> None:
    tasks = [Task.async_(answers_after(seconds, seconds)) for seconds in (2, 1)]
    assert [outcome for _, outcome in Task.yield_many(tasks, timeout=None)] == [("ok", 2), ("ok", 1)]
    assert now() == pytest.approx(2)


@inside
def test_a_timeout_says_who_was_waited_for() -> None:
    tasks = [Task.async_(sleep, 100), Task.async_(sleep, 100)]
    with pytest.raises(CallTimeout) as one:
        tasks[0].await_(0)
    assert (one.value.server, one.value.seconds) == (tasks[0], 0)
    with pytest.raises(CallTimeout) as both:
        Task.await_many(tasks, 1)
    assert (both.value.server, both.value.seconds) == (tasks, 1)


@inside
def test_await_many_waits_once_for_all() -> None:
    tasks = [Task.async_(answers_after(seconds, seconds)) for seconds in (3, 1, 2)]
    assert Task.await_many(tasks, timeout=3.5) == [3, 1, 2]
    assert Task.await_many([]) == []
    assert now() == pytest.approx(3)


@inside
def test_await_many_in_vain_leaves_nothing_behind() -> None:
    tasks = [Task.async_(answers_after(seconds, seconds)) for seconds in (1, 3, 4)]
    with pytest.raises(CallTimeout):
        Task.await_many(tasks, timeout=2)
    sleep(10)
    assert flush() == []


@inside
def test_the_first_that_fails_fails_await_many() -> None:
    trap_exit()
    slow = Task.async_(answers_after(3, "slow"))
    failing = Task.async_(after, 1, boom)
    with pytest.raises(Boom):
        Task.await_many([slow, failing])
    assert now() == pytest.approx(1)
    sleep(5)
    assert [message[:2] for message in flush()] == [("EXIT", failing.pid), ("EXIT", slow.pid)]


@inside
def test_a_completed_task_has_its_result_and_no_process() -> None:
    assert Task.completed(3).await_() == 3
    assert Task.completed(4).yield_() == ("ok", 4)
    assert Task.completed(5).ignore() == ("ok", 5)
    with pytest.raises(ValueError, match="no process"):
        Task.completed(6).shutdown()


@inside
def test_start_is_linked_to_nobody() -> None:
    pid = Task.start(boom)
    ref = monitor(pid)
    assert isinstance(receive(lambda message: message[1] == ref)[4], Crash)
    assert flush() == []


@inside
def test_start_link_is_linked() -> None:
    trap_exit()
    pid = Task.start_link(lambda: None)
    assert receive() == ("EXIT", pid, "normal")


@inside
def test_a_supervisor_runs_a_task_once() -> None:
    trap_exit()
    me = self()
    supervisor = Supervisor.start_link([(Task, send, me, "ran")])
    assert receive() == "ran"
    settle()
    assert Supervisor.which_children(supervisor) == []


@inside
def test_a_task_that_crashes_does_not_bring_its_supervisor_down() -> None:
    trap_exit()
    supervisor = Supervisor.start_link([(Task, boom)])
    sleep(10)
    assert Supervisor.count_children(supervisor)["specs"] == 0
