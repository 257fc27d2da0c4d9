"""How processes are ended, those that refuse to be, and all of them at once."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam import process
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    alive,
    exit,
    flush,
    monitor,
    receive,
    register,
    self,
    send,
    sleep,
    spawn,
    spawn_monitor,
    trap_exit,
)
from pybeam.runtime.process import MAX_REFUSALS
from pybeam.runtime.signals import ProcessExit
from pybeam.terms import Pid
from pybeam.testing.inside import Solo, inside, now, settle
from tests.runtime.ends import end_of


@inside
def test_an_exit_signal_ends_a_process_where_it_waits() -> None:
    for wait in (receive, lambda: sleep(100), lambda: GenServer.call(spawn(sleep, 100), "x", timeout=None)):
        assert end_of(wait, lambda pid: exit(pid, "boom")) == "boom"
        assert end_of(wait, lambda pid: exit(pid, "kill")) == "killed"


@inside
def test_normal_ends_nobody_but_oneself() -> None:
    pid = spawn(receive)
    exit(pid, "normal")
    settle()
    assert alive(pid)

    def end_oneself() -> None:
        exit(self(), "normal")
        sleep(100)

    assert end_of(end_oneself) == "normal"
    assert now() < 1


@pytest.mark.parametrize(("reason", "seen"), [("boom", "boom"), ("kill", "killed"), (("shutdown", 1), ("shutdown", 1))])
def test_a_process_may_end_itself_there_and_then(reason: object, seen: object) -> None:
    @inside
    def story() -> None:
        after: list[int] = []

        def body() -> None:
            exit(self(), reason)
            after.append(1)

        assert end_of(body) == seen
        assert after == []

    story()


@inside
def test_one_that_traps_exits_gets_the_signal_as_a_message() -> None:
    assert trap_exit() is False
    assert trap_exit() is True
    me, other = self(), spawn(lambda pid: exit(pid, "boom"), self())
    assert receive() == ("EXIT", other, "boom")
    exit(me, "to myself")
    assert receive(timeout=0) == ("EXIT", me, "to myself")
    trap_exit(False)


@inside
def test_kill_cannot_be_trapped() -> None:
    def body() -> None:
        trap_exit()
        receive()

    assert end_of(body, lambda pid: exit(pid, "kill")) == "killed"


@inside
def test_a_process_killed_before_it_ran_never_runs() -> None:
    ran: list[int] = []
    pid, ref = spawn_monitor(ran.append, 1)
    exit(pid, "kill")
    assert receive() == ("DOWN", ref, "process", pid, "killed")
    assert ran == []


@inside
def test_the_first_signal_is_the_reason() -> None:
    def twice(pid: Pid) -> None:
        exit(pid, "first")
        exit(pid, "second")

    assert end_of(receive, twice) == "first"


@inside
def test_a_killed_process_runs_its_finally_but_waits_no_more() -> None:
    diary: list[str] = []

    def body() -> None:
        try:
            receive()
        finally:
            diary.append("cleaning up")
            sleep(1)
            diary.append("never written")

    assert end_of(body, lambda pid: exit(pid, "kill")) == "killed"
    assert diary == ["cleaning up"]


@inside
def test_whatever_its_finally_raises_the_reason_is_the_signals() -> None:
    def body() -> None:
        try:
            receive()
        finally:
            raise RuntimeError("not now")

    assert end_of(body, lambda pid: exit(pid, "kill")) == "killed"


@inside
def test_a_process_that_swallows_its_end_and_returns_has_ended() -> None:
    def body() -> None:
        try:
            receive()
        except ProcessExit:
            return

    assert end_of(body, lambda pid: exit(pid, "boom")) == "boom"


def test_a_process_that_swallows_its_end_for_ever_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    @inside
    def story() -> None:
        swallowed: list[int] = []

        def body() -> None:
            while True:
                try:
                    receive()
                except BaseException:
                    swallowed.append(1)

        assert end_of(body, lambda pid: exit(pid, "kill")) == "killed"
        assert len(swallowed) == 1 + MAX_REFUSALS

    story()
    assert "refused to end" in caplog.text


@inside
def test_a_process_that_lives_on_what_it_has_ends_at_its_next_wait() -> None:
    steps: list[int] = []

    def body() -> None:
        receive()
        steps.append(1)
        receive()
        steps.append(2)

    pid, ref = spawn_monitor(body)
    settle()
    send(pid, "go on")
    exit(pid, "boom")
    assert receive() == ("DOWN", ref, "process", pid, "boom")
    assert steps in ([], [1])


@inside
def test_what_reaches_only_this_node_says_so() -> None:
    there = Pid("b@host", 99, 1)
    for act in (alive, process.info, lambda pid: register("x", pid)):
        with pytest.raises(ValueError, match="of another node"):
            act(there)


@inside
def test_a_pid_of_this_nodes_former_life_is_nobody() -> None:
    former = Pid("a@host", 99, self().number)
    assert not alive(former)
    ref = monitor(former)
    assert receive(timeout=0) == ("DOWN", ref, "process", former, "noproc")
    exit(former, "kill")
    send(former, "hello")
    assert flush() == []


@pytest.mark.parametrize("pid", [None, 7, "name", ("name", "a@host")])
def test_what_is_no_pid_is_a_value_error(pid: Any) -> None:
    @inside
    def story() -> None:
        for act in (process.link, process.unlink, alive, lambda it: exit(it, "x")):
            with pytest.raises(ValueError, match="a Pid is needed"):
                act(pid)

    story()


def test_shutting_down_ends_all_even_those_with_work_to_do() -> None:
    class Busy(GenServer):
        def handle_cast(self, message: Any) -> None:
            sleep(1)

    node = Solo()
    diary: list[str] = []

    def start() -> None:
        _, busy, queued = (GenServer.start(Busy) for _ in range(3))
        for _ in range(3):
            GenServer.cast(busy, "work")
        sleep(0.5)
        for _ in range(3):
            GenServer.cast(queued, "work")
        spawn(diary.append, "never runs")
        node.runtime.shut_down()

    node.runtime.spawn(start)
    node.advance(10)
    assert node.runtime.processes == {}
    assert diary == []
