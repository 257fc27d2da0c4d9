"""DynamicSupervisor: children that come and go, in any number."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted, TooManyChildren
from pybeam.otp.child import ChildSpec
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.otp.parent import ChildInfo
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, flush, receive, self, sleep, spawn_link, trap_exit, whereis
from pybeam.terms import Pid
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import FALLS, Family, pid_of
from tests.otp.family import start_dynamic as start


def pids(supervisor: Any) -> list[object]:
    return [child.pid for child in DynamicSupervisor.which_children(supervisor)]


@inside
def test_children_are_started_and_told_of_in_order() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link(name="pool")
    a = DynamicSupervisor.start_child("pool", family.spec("a"))
    inner = DynamicSupervisor.start_child("pool", Supervisor.child_spec([]))
    assert a == whereis("a")
    assert DynamicSupervisor.which_children(supervisor) == [
        ChildInfo(None, a, "worker"),
        ChildInfo(None, inner, "supervisor"),
    ]
    assert DynamicSupervisor.count_children("pool") == {"specs": 2, "active": 2, "supervisors": 1, "workers": 1}


@inside
def test_any_number_of_children_may_have_the_same_id() -> None:
    supervisor = DynamicSupervisor.start_link()
    spec = ChildSpec("same", lambda: spawn_link(lambda: sleep(10)))
    started = [DynamicSupervisor.start_child(supervisor, spec) for _ in range(3)]
    assert pids(supervisor) == started
    assert len(set(started)) == 3


@pytest.mark.parametrize("way", FALLS)
@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
def test_each_restart_type_does_at_each_fall_what_a_supervisors_does(way: str, restart: Any) -> None:
    @inside
    def story() -> None:
        family, supervisor = Family(), DynamicSupervisor.start_link()
        start(supervisor, family, "ab", restart=restart)
        before, (kind, fall) = pid_of("a"), FALLS[way]
        fall("a")
        settle()
        orderly = kind in ("normal", "shutdown", ("shutdown", 1))
        comes_back = restart == "permanent" or (restart == "transient" and not orderly)
        assert (whereis("a") is not None) is comes_back
        assert before not in pids(supervisor)
        assert len(pids(supervisor)) == 1 + comes_back

    story()


@inside
def test_a_terminated_child_is_forgotten_whatever_its_restart_type() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    start(supervisor, family, "abc")
    DynamicSupervisor.terminate_child(supervisor, pid_of("b"))
    assert family.read() == "-b"
    assert pids(supervisor) == [whereis("a"), whereis("c")]
    sleep(10)
    assert whereis("b") is None


@inside
def test_a_child_gets_its_time_to_end_when_it_is_terminated() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    family.stop_seconds = {"a": 2.0, "b": 9.0}
    start(supervisor, family, "ab")
    for id in "ab":
        DynamicSupervisor.terminate_child(supervisor, pid_of(id))
    assert (family.read(), now()) == ("-a", 7)  # 2, and the 5 that are allowed


@inside
def test_what_is_no_child_cannot_be_terminated() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    start(supervisor, family, "a")
    gone = pid_of("a")
    DynamicSupervisor.terminate_child(supervisor, gone)
    for pid in (gone, self(), Pid("b@host", 99, 1)):
        with pytest.raises(LookupError, match="no child"):
            DynamicSupervisor.terminate_child(supervisor, pid)
    for senseless in ("a", 7, None):
        with pytest.raises(ValueError, match="named by its Pid"):
            DynamicSupervisor.terminate_child(supervisor, senseless)  # type: ignore[arg-type]  # that is the point


@inside
def test_max_children_is_a_limit_with_a_clear_error() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link(max_children=2)
    start(supervisor, family, "ab")
    with pytest.raises(TooManyChildren, match="has 2 children already, as many as its max_children allows") as caught:
        DynamicSupervisor.start_child(supervisor, family.spec("c"))
    assert (caught.value.limit, family.read()) == (2, "")
    DynamicSupervisor.terminate_child(supervisor, pid_of("a"))
    assert DynamicSupervisor.start_child(supervisor, family.spec("c")) == whereis("c")


@inside
def test_a_child_that_is_about_to_be_restarted_takes_its_place() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link(max_children=1, max_restarts=10**9)
    start(supervisor, family, "a")
    family.failures["a"], family.start_seconds["a"] = 10**9, 1.0
    old = pid_of("a")
    exit(old, "kill")
    sleep(1.5)
    assert pids(supervisor) == ["restarting"]
    assert DynamicSupervisor.count_children(supervisor) == {"specs": 1, "active": 0, "supervisors": 0, "workers": 1}
    with pytest.raises(TooManyChildren):
        DynamicSupervisor.start_child(supervisor, family.spec("b"))
    DynamicSupervisor.terminate_child(supervisor, old)  # by the pid that it had, as in Elixir
    assert pids(supervisor) == []


@inside
def test_a_restart_that_fails_is_tried_again_until_it_works() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link(max_restarts=5)
    start(supervisor, family, "a")
    family.failures["a"] = 3
    exit(pid_of("a"), "kill")
    settle()
    assert family.read() == "!a !a !a +a"
    assert pids(supervisor) == [whereis("a")]


@inside
def test_too_many_restarts_end_it_and_all_children() -> None:
    trap_exit()
    family, supervisor = Family(), DynamicSupervisor.start_link(max_restarts=2)
    start(supervisor, family, "abc")
    for id in "ab":
        exit(pid_of(id), "kill")
        settle()
    assert alive(supervisor)
    exit(pid_of("a"), "kill")
    assert receive() == ("EXIT", supervisor, "shutdown")
    assert [whereis(id) for id in "abc"] == [None] * 3


@inside
def test_a_child_that_would_be_restarted_for_ever_ends_it() -> None:
    trap_exit()
    supervisor = DynamicSupervisor.start_link()
    DynamicSupervisor.start_child(supervisor, ChildSpec("short", lambda: spawn_link(lambda: None)))
    assert receive() == ("EXIT", supervisor, "shutdown")
    assert now() == 0


# ---------------------------------------------------------------------- what makes no sense


@inside
def test_a_child_that_ignores_is_no_child() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link(max_children=1)
    family.absent = {"a"}
    assert DynamicSupervisor.start_child(supervisor, family.spec("a")) is None
    assert pids(supervisor) == []


@inside
def test_a_child_that_ignores_its_restart_is_forgotten() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    start(supervisor, family, "a")
    family.absent = {"a"}
    exit(pid_of("a"), "kill")
    settle()
    assert pids(supervisor) == []


@inside
def test_a_start_that_fails_adds_nothing_and_raises_what_it_raised() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    family.failures["a"] = 1
    with pytest.raises(OSError, match="a cannot start"):
        DynamicSupervisor.start_child(supervisor, family.spec("a"))
    with pytest.raises(TypeError, match="returned 7, not the pid"):
        DynamicSupervisor.start_child(supervisor, ChildSpec("seven", lambda: 7))  # type: ignore[arg-type,return-value]
    start(supervisor, family, "a")
    with pytest.raises(AlreadyStarted):
        DynamicSupervisor.start_child(supervisor, family.spec("a"))
    assert pids(supervisor) == [whereis("a")]


@pytest.mark.parametrize("child", [7, "b", None, (), object])
def test_what_is_no_child_is_refused_at_the_caller(child: Any) -> None:
    @inside
    def story() -> None:
        supervisor = DynamicSupervisor.start_link()
        with pytest.raises(TypeError):
            DynamicSupervisor.start_child(supervisor, child)
        assert alive(supervisor)

    story()


@inside
def test_a_significant_child_makes_no_sense_here() -> None:
    supervisor = DynamicSupervisor.start_link()
    with pytest.raises(ValueError, match="significant"):
        DynamicSupervisor.start_child(supervisor, Family().spec("a", restart="temporary", significant=True))
    assert pids(supervisor) == []


@pytest.mark.parametrize(
    "options",
    [{"max_children": -1}, {"max_children": 1.5}, {"max_children": True}, {"max_restarts": -1}, {"max_seconds": 0}],
)
def test_options_that_make_no_sense_are_refused(options: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        DynamicSupervisor.start_link(**options)


@inside
def test_it_can_be_a_child_of_another() -> None:
    family = Family()
    pools = [DynamicSupervisor.child_spec(name="pool"), DynamicSupervisor.child_spec(id=2, max_children=0)]
    supervisor = Supervisor.start_link([*pools, DynamicSupervisor])
    assert [child.id for child in Supervisor.which_children(supervisor)] == ["pool", 2, DynamicSupervisor]
    start(pid_of("pool"), family, "a")
    Supervisor.stop(supervisor)
    assert family.read() == "-a"


@inside
def test_casts_and_requests_that_it_does_not_take_harm_nobody() -> None:
    supervisor = DynamicSupervisor.start_link()
    GenServer.cast(supervisor, "hello")
    for request in ("hello", ("terminate_child", 7), ("start_child", 7)):
        with pytest.raises(ValueError, match="takes no such request"):
            GenServer.call(supervisor, request)
    assert pids(supervisor) == []
    assert flush() == []
