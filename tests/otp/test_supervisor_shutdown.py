"""Supervisor: how it stops its children, and how long it waits for each."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import CallTimeout
from pybeam.otp.child import ChildSpec
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import (
    alive,
    exit,
    flush,
    monitor,
    receive,
    self,
    send,
    sleep,
    spawn_link,
    trap_exit,
    unlink,
    whereis,
)
from pybeam.terms import Pid
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import Family, children, pid_of


@inside
def test_children_stop_in_reverse_and_each_when_the_one_after_has_ended() -> None:
    family = Family()
    family.stop_seconds = {"a": 1.0, "b": 2.0, "c": 3.0}
    supervisor = family.start("abc")
    Supervisor.stop(supervisor)
    assert (family.read(), now()) == ("-c -b -a", 6)


@pytest.mark.parametrize(
    ("shutdown", "needs", "takes", "diary"),
    [
        (5.0, 3.0, 3.0, "-b"),
        (5.0, 5.5, 5.0, ""),
        (0, 1.0, 0.0, ""),
        (2, 1.0, 1.0, "-b"),
        ("brutal_kill", 0.0, 0.0, ""),
        ("brutal_kill", 3.0, 0.0, ""),
        (None, 3600.0, 3600.0, "-b"),
        (float("inf"), 3600.0, 3600.0, "-b"),
    ],
)
def test_a_child_gets_the_time_that_its_spec_says(shutdown: Any, needs: float, takes: float, diary: str) -> None:
    @inside
    def story() -> None:
        family = Family()
        family.stop_seconds["b"] = needs
        supervisor = Supervisor.start_link([family.spec("a"), family.spec("b", shutdown=shutdown)])
        family.read()
        child = pid_of("b")
        ref = monitor(child)
        Supervisor.stop(supervisor)
        assert now() == takes
        assert family.read() == f"{diary} -a".strip()
        assert receive() == ("DOWN", ref, "process", child, "shutdown" if diary else "killed")

    story()


def stubborn() -> Pid:
    """A process that hears that it is to end, and does not."""

    def body() -> None:
        trap_exit()
        while True:
            receive()

    return spawn_link(body)


def fighting() -> Pid:
    """A process that even catches its end."""

    def body() -> None:
        while True:
            try:
                receive()
            except BaseException:
                continue

    return spawn_link(body)


@pytest.mark.parametrize(("start", "takes"), [(stubborn, 5.0), (fighting, 0.0)])
def test_a_child_that_refuses_to_end_is_ended(start: Any, takes: float) -> None:
    @inside
    def story() -> None:
        family = Family()
        supervisor = Supervisor.start_link([*family.specs("a"), ChildSpec("bad", start), *family.specs("z")])
        child: Any = children(supervisor)["bad"]
        settle()
        before = now()
        Supervisor.stop(supervisor)
        assert not alive(child)
        assert now() - before == pytest.approx(takes)
        assert family.read() == "+a +z -z -a"

    story()


@inside
def test_a_child_that_took_its_link_away_is_stopped_like_any() -> None:
    def start() -> Pid:
        supervisor = self()

        def body() -> None:
            unlink(supervisor)
            receive()

        return spawn_link(body)

    supervisor = Supervisor.start_link([ChildSpec("loose", start)])
    settle()
    child: Any = children(supervisor)["loose"]
    Supervisor.stop(supervisor)
    assert not alive(child)


@inside
def test_a_child_that_waits_in_a_callback_is_stopped_there() -> None:
    family = Family()
    never = GenServer.start(Silent)
    supervisor = Supervisor.start_link([ChildSpec("plain", lambda: GenServer.start_link(Silent, name="plain"))])
    GenServer.cast("plain", never)
    settle()
    before = now()
    Supervisor.stop(supervisor)
    assert (whereis("plain"), now(), family.read()) == (None, before, "")


class Silent(GenServer):
    """Calls whomever it is told to, and answers nobody."""

    def handle_cast(self, message: Any) -> None:
        GenServer.call(message, "never answered", timeout=None)

    def handle_call(self, request: Any, from_: Any) -> Any:
        sleep(1e6)


@inside
def test_stop_gives_up_waiting_but_the_supervisor_goes_on_stopping() -> None:
    family = Family()
    family.stop_seconds["a"] = 3.0
    supervisor = family.start("a")
    with pytest.raises(CallTimeout):
        Supervisor.stop(supervisor, timeout=1)
    sleep(10)
    assert (family.read(), alive(supervisor)) == ("-a", False)


@inside
def test_what_comes_while_a_child_is_being_stopped_is_not_lost() -> None:
    family = Family()
    family.stop_seconds["b"] = 2.0
    supervisor = family.start("ab", strategy="one_for_all")
    exit(pid_of("a"), "kill")
    sleep(1)
    me = self()
    spawn_link(lambda: send(me, children(supervisor)))
    assert receive() == {id: whereis(id) for id in "ab"}
    assert now() == 2


@inside
def test_a_supervisor_leaves_no_message_of_its_children_in_anybodys_mailbox() -> None:
    trap_exit()
    family = Family()
    supervisor = family.start("abc", strategy="one_for_all")
    exit(pid_of("b"), "kill")
    settle()
    Supervisor.stop(supervisor)
    assert flush() == [("EXIT", supervisor, "normal")]
