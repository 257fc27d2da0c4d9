"""What tells of an end is told from all other messages, even from those that refuse to be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest

from pybeam import sys as otp_sys
from pybeam.otp.application import Application
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.endings import down_ref, exit_pid
from pybeam.otp.gen_server import GenServer
from pybeam.otp.registry import Registry
from pybeam.otp.shutdown import shut_down
from pybeam.otp.supervisor import Supervisor
from pybeam.otp.task import Task
from pybeam.process import alive, flush, self, send, sleep, trap_exit
from pybeam.runtime.signals import From
from pybeam.terms import Pid, Ref
from pybeam.testing.inside import inside

PID, REF, ODD = Pid("a@host", 1, 7), Ref("a@host", 1, 3), numpy.zeros(3)

ODD_MESSAGES = [ODD, (ODD, PID, ODD), ("EXIT", ODD, ODD), (ODD, REF, ODD, ODD, ODD), ("DOWN", ODD, "process", PID, ODD)]


class Trapping(GenServer):
    """Takes whatever comes."""

    def init(self) -> None:
        trap_exit()

    def handle_call(self, request: Any, from_: From) -> Any:
        return request

    def handle_info(self, message: Any) -> None:
        pass


class Empty(Application):
    def children(self) -> Any:
        return []


@pytest.mark.parametrize(
    ("message", "pid", "ref"),
    [
        (("EXIT", PID, "normal"), PID, None),
        (("EXIT", PID, ODD), PID, None),
        (("DOWN", REF, "process", PID, "normal"), None, REF),
        (("DOWN", REF, "process", ("name", "a@host"), ODD), None, REF),
        ((), None, None),
        ("EXIT", None, None),
        (["EXIT", PID, "normal"], None, None),
        *((message, None, None) for message in ODD_MESSAGES),
    ],
)
def test_an_end_is_told_by_classes_and_words(message: Any, pid: Pid | None, ref: Ref | None) -> None:
    assert (exit_pid(message), down_ref(message)) == (pid, ref)


@pytest.mark.parametrize(
    "start",
    [
        lambda: GenServer.start(Trapping),
        lambda: Supervisor.start_link([]),
        lambda: DynamicSupervisor.start_link(),
        lambda: Registry.start_link(keys="unique"),
        lambda: Empty().start()._root,
    ],
)
def test_no_message_ends_who_traps_exits(start: Callable[[], Pid]) -> None:
    @inside
    def story() -> None:
        server = start()
        for message in ODD_MESSAGES:
            send(server, message)
        assert otp_sys.get_status(server)["messages_waiting"] == 0
        assert alive(server)

    story()


@inside
def test_no_message_ends_a_server_that_is_suspended() -> None:
    server = GenServer.start(Trapping)
    otp_sys.suspend(server)
    for message in ODD_MESSAGES:
        send(server, message)
    otp_sys.resume(server)
    assert GenServer.call(server, "hello") == "hello"


@inside
def test_no_message_disturbs_who_waits_for_an_end() -> None:
    supervisor, running, task = Supervisor.start_link([]), Empty().start(), Task.async_(sleep, 60)
    for message in ODD_MESSAGES:
        send(self(), message)
    with pytest.raises(TimeoutError):
        running.wait(0.1)
    trap_exit()
    assert task.shutdown() is None
    Supervisor.stop(supervisor)
    assert len(flush()) == len(ODD_MESSAGES) + 1


@inside
def test_of_a_process_that_was_shut_down_no_exit_message_comes() -> None:
    trap_exit()
    for limit in (5.0, None, "brutal_kill"):
        shut_down(GenServer.start_link(Trapping), limit)
    assert flush() == []


@inside
def test_no_message_disturbs_a_supervisor_that_stops_a_child() -> None:
    class Slow(Trapping):
        def terminate(self, reason: Any) -> None:
            for message in ODD_MESSAGES:
                send(supervisor, message)
            sleep(1)

    supervisor = Supervisor.start_link([Slow])
    Supervisor.terminate_child(supervisor, Slow)
    assert Supervisor.count_children(supervisor)["active"] == 0
