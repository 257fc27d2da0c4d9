"""Supervisor: the start of its children, and what becomes of one that fails."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted, Crash, ServerDied
from pybeam.otp.child import ChildSpec
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, flush, receive, self, send, sleep, spawn, spawn_link, trap_exit, whereis
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import Family, children, pid_of


class Echo(GenServer):
    def init(self, *args: Any) -> None:
        self.args = args

    def handle_call(self, request: Any, from_: From) -> Any:
        return self.args


@inside
def test_children_start_in_order_and_each_when_the_one_before_is_ready() -> None:
    family = Family()
    family.start_seconds = {"a": 3.0, "b": 2.0, "c": 1.0}
    Supervisor.start_link(family.specs("abc"))
    assert (family.read(), now()) == ("+a +b +c", 6)


@inside
def test_children_may_be_classes_and_tuples_and_specs() -> None:
    supervisor = Supervisor.start_link([Echo, ChildSpec("two", lambda: GenServer.start_link(Echo, 2))])
    pids: Any = children(supervisor)
    assert list(pids) == [Echo, "two"]
    assert [GenServer.call(pid, "") for pid in pids.values()] == [(), (2,)]
    other: Any = children(Supervisor.start_link([(Echo, 1, "x")]))
    assert GenServer.call(other[Echo], "") == (1, "x")


@inside
def test_a_generator_of_children_is_good_for_restarts_too() -> None:
    family = Family()
    inner = Supervisor.child_spec((spec for spec in family.specs("ab")), name="inner", max_restarts=0)
    Supervisor.start_link([inner])
    exit(pid_of("b"), "kill")
    settle()
    assert family.read() == "+a +b -a +a +b"


@inside
def test_a_supervisor_without_children_is_fine() -> None:
    assert children(Supervisor.start_link([])) == {}


@inside
def test_the_name_is_registered_and_may_be_taken() -> None:
    supervisor = Supervisor.start_link([], name="top")
    assert whereis("top") == supervisor
    with pytest.raises(AlreadyStarted) as caught:
        Supervisor.start_link([], name="top")
    assert caught.value.pid == supervisor


@inside
def test_a_child_that_cannot_start_stops_those_before_it_in_reverse_and_raises_its_exception() -> None:
    trap_exit()
    family = Family()
    family.failures["c"] = 1
    with pytest.raises(OSError, match="c cannot start") as caught:
        Supervisor.start_link(family.specs("abcd"), name="top")
    assert family.read() == "+a +b !c -b -a"
    assert any("started its child 'c'" in note for note in caught.value.__notes__)
    assert (whereis("top"), flush()) == (None, [])


@inside
def test_a_child_that_cannot_start_deep_in_a_tree_is_named_with_all_above_it() -> None:
    family = Family()
    family.failures["c"] = 1
    inner = Supervisor.child_spec(family.specs("bc"), name="inner")
    with pytest.raises(OSError, match="c cannot start") as caught:
        Supervisor.start_link([family.spec("a"), inner])
    assert family.read() == "+a +b !c -b -a"
    assert [note.split()[-1] for note in caught.value.__notes__] == ["'c'.", "'inner'."]


def raises(error: BaseException) -> ChildSpec:
    def start() -> Pid:
        raise error

    return ChildSpec("bad", start)


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_a_start_that_would_end_the_program_raises_server_died(error: BaseException) -> None:
    @inside
    def story() -> None:
        family = Family()
        with pytest.raises(ServerDied) as caught:
            Supervisor.start_link([*family.specs("a"), raises(error)])
        assert isinstance(caught.value.reason, Crash)
        assert caught.value.reason.exception is error
        assert family.read() == "+a -a"

    story()


@inside
def test_a_start_that_exits_is_a_child_that_does_not_start_and_the_others_run_on() -> None:
    family = Family()
    gives_up = ChildSpec("bad", lambda: exit("no disk"))
    with pytest.raises(ServerDied, match="no disk") as caught:
        Supervisor.start_link([*family.specs("a"), gives_up])
    assert (caught.value.reason, family.read()) == ("no disk", "+a -a")
    supervisor = family.start("a")
    with pytest.raises(ServerDied, match="no disk"):
        Supervisor.start_child(supervisor, gives_up)
    assert list(children(supervisor)) == ["a"]


@pytest.mark.parametrize("result", [7, "pid", False, Pid("b@host", 99, 1)])
def test_a_start_that_returns_no_pid_of_this_node_is_a_type_error(result: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(TypeError, match="start of child 'bad' returned"):
            Supervisor.start_link([ChildSpec("bad", lambda: result)])

    story()


@inside
def test_a_child_that_its_start_did_not_link_is_looked_after_all_the_same() -> None:
    supervisor = Supervisor.start_link([ChildSpec("free", lambda: GenServer.start(Echo, name="free"))])
    before = pid_of("free")
    exit(before, "kill")
    settle()
    assert children(supervisor)["free"] == pid_of("free") != before


@inside
def test_a_child_that_is_dead_on_arrival_is_restarted_until_that_is_too_much() -> None:
    trap_exit()
    starts: list[float] = []

    def start_and_lose() -> Pid:
        starts.append(now())
        pid = GenServer.start(Echo)
        GenServer.stop(pid)
        return pid

    supervisor = Supervisor.start_link([ChildSpec("gone", start_and_lose)], max_restarts=2)
    assert receive() == ("EXIT", supervisor, "shutdown")
    assert len(starts) == 3


@inside
def test_a_plain_process_can_be_a_child() -> None:
    me = self()

    def work() -> None:
        send(me, "at work")
        sleep(1)

    Supervisor.start_link([ChildSpec("work", lambda: spawn_link(work))], max_restarts=10, max_seconds=1)
    sleep(2.5)
    assert flush() == ["at work"] * 3


@inside
def test_a_child_that_ends_while_later_ones_start_is_restarted() -> None:
    family = Family()
    family.start_seconds["c"] = 2.0

    def kill_a() -> None:
        sleep(1)
        exit(pid_of("a"), "kill")

    spawn(kill_a)
    Supervisor.start_link(family.specs("abc"))
    settle()
    assert family.read() == "+a +b +c +a"


@inside
def test_a_supervisor_killed_while_it_starts_leaves_no_child_behind() -> None:
    family = Family()
    family.start_seconds["b"] = 5.0

    def kill_top() -> None:
        sleep(1)
        exit(pid_of("top"), "kill")

    spawn(kill_top)
    with pytest.raises(ServerDied) as caught:
        Supervisor.start_link(family.specs("ab"), name="top")
    assert (caught.value.reason, now()) == ("killed", 1)
    settle()
    assert [whereis(name) for name in ("top", "a", "b")] == [None] * 3


@inside
def test_a_supervisor_started_by_a_process_that_is_gone_meanwhile_ends_too() -> None:
    family = Family()
    family.start_seconds["b"] = 5.0
    starter = spawn(lambda: Supervisor.start_link(family.specs("abc"), name="top"))
    sleep(1)
    exit(starter, "boom")
    sleep(10)
    assert not alive(starter)
    assert family.read() == "+a +b +c -c -b -a"  # as in OTP: it hears of it once it has started
