"""sys: look into a server and hold it, on this node and from another; a server that is asked is not disturbed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from pybeam import sys
from pybeam.errors import CallTimeout, DeadlockError, NodeDown, NoProcess, PybeamError, RemoteError, ServerDied
from pybeam.otp.agent import Agent
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, monitor, receive, self, send, sleep, spawn, trap_exit, whereis
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import World
from tests.near_and_far import Counter, both
from tests.otp.scripted import Scripted, later, seen


class Diary(GenServer):
    """Tells its state in its own way."""

    def init(self) -> None:
        self._state: Any = "empty"

    def system_get_state(self) -> Any:
        return self._state

    def system_replace_state(self, fun: Callable[[Any], Any]) -> None:
        self._state = fun(self._state)


class Ends(GenServer):
    """Has `terminate` tell somebody."""

    def init(self, told: Pid) -> None:
        self.told = told

    def terminate(self, reason: Any) -> None:
        send(self.told, ("terminated", reason))


# ---------------------------------------------------------------------- state


@both
def test_the_state_is_the_attributes_without_the_runtimes_own(start: Any) -> None:
    pid = start(Counter, 3)
    assert sys.get_state(pid) == {"n": 3, "box": None, "seen": []}
    sys.statistics(pid, True)
    assert sys.get_state(pid) == {"n": 3, "box": None, "seen": []}


@inside
def test_to_change_the_dict_changes_nothing() -> None:
    pid = GenServer.start(Counter)
    sys.get_state(pid).clear()
    assert GenServer.call(pid, 1) == 1


@both
def test_replace_state_gives_the_server_what_the_function_returns(start: Any) -> None:
    pid = start(Counter, 3)
    assert sys.replace_state(pid, lambda state: state | {"n": state["n"] * 10})["n"] == 30
    assert GenServer.call(pid, 1) == 31
    sys.replace_state(pid, lambda state: {"n": 0, "new": True})
    assert sys.get_state(pid) == {"n": 0, "new": True}
    assert GenServer.call(pid, 1) == 1


def fails(state: Any) -> Any:
    state.clear()
    raise KeyError("no such")


@pytest.mark.parametrize(
    ("fun", "error", "text"),
    [
        (fails, KeyError, "no such"),
        (lambda state: None, TypeError, "returns a dict of attributes, not None"),
        (lambda state: {1: 2}, TypeError, "returns a dict of attributes"),
        (lambda state: {"_process": 1, "n": 2}, ValueError, "no state of yours: _process"),
        (lambda state: [][0], IndexError, "out of range"),
    ],
)
def test_a_replacement_that_fails_changes_nothing_and_is_raised_at_the_caller(
    fun: Any, error: type[Exception], text: str
) -> None:
    @both
    def story(start: Any) -> None:
        pid = start(Counter, 3)
        with pytest.raises(error, match=text):
            sys.replace_state(pid, fun)
        assert sys.get_state(pid) == {"n": 3, "box": None, "seen": []}

    story()


@inside
def test_a_replacement_that_leaves_the_program_is_an_error_at_the_caller() -> None:
    def leave(state: Any) -> Any:
        raise SystemExit(1)

    pid = GenServer.start(Counter)
    with pytest.raises(RemoteError, match="SystemExit"):
        sys.replace_state(pid, leave)
    assert alive(pid)


@pytest.mark.parametrize("fun", [None, {"n": 1}, "n = 1"])
def test_what_is_no_function_is_a_type_error(fun: Any) -> None:
    with pytest.raises(TypeError, match="replace_state takes a function"):
        sys.replace_state("nobody", fun)


def test_to_another_node_what_cannot_be_pickled_is_shown_by_its_repr() -> None:
    world = World()
    a, b = world.nodes("a@host", "b@host")
    lock = threading.Lock()
    pid = b.run(lambda: GenServer.start(Counter, 3, lock))
    state = a.run(sys.get_state, pid)
    assert (state["n"], repr(state["box"])) == (3, repr(lock))
    assert isinstance(state["box"], sys.Text)
    assert b.run(sys.get_state, pid)["box"] is lock


@both
def test_a_server_with_its_own_way_tells_its_state_in_that(start: Any) -> None:
    pid = start(Diary)
    assert sys.get_state(pid) == "empty"
    assert sys.replace_state(pid, str.upper) == "EMPTY"


@inside
def test_the_state_of_an_agent_is_its_value() -> None:
    pid = Agent.start(lambda: [1])
    assert sys.get_state(pid) == [1]
    assert sys.replace_state(pid, lambda value: [*value, 2]) == [1, 2]
    assert Agent.get(pid, len) == 2


@inside
def test_a_supervisor_is_a_server_too() -> None:
    pid = Supervisor.start_link([Counter])
    assert sys.get_status(pid)["class"].endswith(":SupervisorServer")
    sys.suspend(pid)
    (child,) = sys.get_state(pid)["_kids"].values()
    exit(child.pid, "kill")
    settle()
    assert not alive(child.pid)
    before = child.pid
    sys.resume(pid)
    settle()
    assert child.pid != before and alive(child.pid)


# ---------------------------------------------------------------------- suspend and resume


@both
def test_a_suspended_server_answers_only_system_requests_and_goes_on_in_order(start: Any) -> None:
    pid = start(Counter)
    sys.suspend(pid)
    for message in (1, 2):
        GenServer.cast(pid, message)
        send(pid, -message)
    with pytest.raises(CallTimeout):
        GenServer.call(pid, 1, timeout=0.1)
    assert sys.get_state(pid)["seen"] == []
    assert sys.get_status(pid)["status"] == "suspended"
    sys.resume(pid)
    assert sys.get_status(pid)["status"] == "running"
    assert sys.get_state(pid)["seen"] == [1, -1, 2, -2]
    assert sys.get_state(pid)["n"] == 1, "the call that nobody waits for any more is carried out"


@inside
def test_suspended_twice_it_is_resumed_by_one_and_resume_alone_is_harmless() -> None:
    pid = GenServer.start(Counter)
    sys.resume(pid)
    sys.suspend(pid)
    sys.suspend(pid)
    sys.resume(pid)
    assert GenServer.call(pid, 1) == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda pid: GenServer.stop(pid, "enough"),
        lambda pid: sys.terminate(pid, "enough"),
    ],
)
def test_a_suspended_server_can_be_ended_and_its_terminate_runs(end: Callable[[Pid], None]) -> None:
    @inside
    def story() -> None:
        pid = GenServer.start(Ends, self())
        sys.suspend(pid)
        end(pid)
        assert receive(timeout=1) == ("terminated", "enough")
        settle()
        assert not alive(pid)

    story()


@inside
def test_a_suspended_server_ends_with_its_parent() -> None:
    class Loyal(Ends):
        def init(self, told: Pid) -> None:
            super().init(told)
            trap_exit()

    def parent(told: Pid) -> None:
        pid = GenServer.start_link(Loyal, told)
        sys.suspend(pid)
        send(told, pid)
        sleep(1)
        exit(self(), "over")

    spawn(parent, self())
    pid = receive()
    assert receive(timeout=2) == ("terminated", "over")
    settle()
    assert not alive(pid)


@inside
def test_a_suspended_server_that_is_killed_fails_the_calls_that_wait() -> None:
    pid = GenServer.start(Counter)
    sys.suspend(pid)
    later(1, lambda: exit(pid, "kill"))
    with pytest.raises(ServerDied, match="killed"):
        GenServer.call(pid, 1)


@inside
def test_a_system_request_begins_the_servers_timeout_anew_and_suspension_holds_it() -> None:
    pid = GenServer.start(Scripted, lambda it: 1.0)
    sleep(0.9)
    sys.get_state(pid)
    sleep(0.9)
    sys.suspend(pid)
    sleep(60)
    sys.resume(pid)
    sleep(0.9)
    assert sys.get_state(pid)["seen"] == []
    sleep(1.1)
    assert seen(pid) == ["timeout"]


# ---------------------------------------------------------------------- bad input


@pytest.mark.parametrize("flag", [None, "on", 1, [], "got"])
def test_a_flag_that_is_none_is_refused_at_the_caller(flag: Any) -> None:
    with pytest.raises(ValueError, match="'get', not"):
        sys.statistics("nobody", flag)
    if flag != 1:
        with pytest.raises(ValueError, match="'get', not"):
            sys.log("nobody", flag)
    with pytest.raises(TypeError, match="True or False"):
        sys.trace("nobody", flag)


def test_a_trace_to_what_is_no_pid_and_a_negative_log_are_refused() -> None:
    with pytest.raises(TypeError, match="a trace goes to a Pid"):
        sys.trace("nobody", True, "somebody")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="from 0 on"):
        sys.log("nobody", -1)


ASKS: list[Callable[[Any], Any]] = [
    sys.get_state,
    sys.get_status,
    sys.suspend,
    sys.resume,
    lambda server: sys.replace_state(server, dict),
    lambda server: sys.trace(server),
    lambda server: sys.statistics(server, "get"),
    lambda server: sys.log(server),
    lambda server: sys.terminate(server, "normal"),
]


@pytest.mark.parametrize("ask", ASKS)
def test_who_is_not_there_is_told_as_by_a_call(ask: Callable[[Any], Any]) -> None:
    @inside
    def story() -> None:
        with pytest.raises(NoProcess):
            ask("nobody")
        with pytest.raises(NodeDown):
            ask(("nobody", "nowhere@host"))
        with pytest.raises(ValueError, match="bad destination"):
            ask(42)

    story()


@inside
def test_a_plain_process_does_not_answer_and_itself_is_a_deadlock() -> None:
    with pytest.raises(CallTimeout):
        sys.get_state(spawn(sleep, 60), timeout=1)
    pid = GenServer.start(Scripted)
    with pytest.raises(ServerDied) as died:
        GenServer.call(pid, lambda it, from_: sys.get_state(self()))
    assert died.value.reason.kind.endswith(DeadlockError.__name__)  # type: ignore[attr-defined]


def test_who_answers_calls_in_a_way_of_its_own_is_said_to_be_no_server() -> None:
    world = World()
    (a,) = world.nodes("a@host")
    with pytest.raises(PybeamError, match="no GenServer"):
        a.run(sys.get_state, "rex")


@inside
def test_the_end_by_terminate_is_told_to_monitors() -> None:
    pid = GenServer.start(Counter, name="counter")
    ref = monitor(pid)
    sys.terminate("counter", ("shutdown", 1))
    assert receive(timeout=1) == ("DOWN", ref, "process", pid, ("shutdown", 1))
    assert whereis("counter") is None
