"""Supervisor: its list of children, asked for and changed while it runs; automatic shutdown."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted
from pybeam.otp.gen_server import GenServer
from pybeam.otp.parent import ChildInfo
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, receive, trap_exit, whereis
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from tests.otp.family import Family, children, pid_of


@inside
def test_which_children_tells_id_pid_and_type_in_order() -> None:
    family = Family()
    supervisor = Supervisor.start_link([family.spec("a"), Supervisor.child_spec([], name="inner"), family.spec("b")])
    assert Supervisor.which_children(supervisor) == [
        ChildInfo("a", whereis("a"), "worker"),
        ChildInfo("inner", whereis("inner"), "supervisor"),
        ChildInfo("b", whereis("b"), "worker"),
    ]


@inside
def test_count_children_counts() -> None:
    family = Family()
    supervisor = Supervisor.start_link([*family.specs("abc"), Supervisor.child_spec([], name="inner")], name="top")
    Supervisor.terminate_child(supervisor, "b")
    assert Supervisor.count_children("top") == {"specs": 4, "active": 3, "supervisors": 1, "workers": 3}


@inside
def test_a_child_can_be_added_and_is_the_last() -> None:
    family = Family()
    supervisor = family.start("ab")
    assert Supervisor.start_child(supervisor, family.spec("c")) == whereis("c")
    exit(pid_of("c"), "kill")
    settle()
    Supervisor.stop(supervisor)
    assert family.read() == "+c +c -c -b -a"


@inside
def test_an_id_that_is_in_use_is_refused_as_running_or_as_existing() -> None:
    family = Family()
    supervisor = family.start("a")
    with pytest.raises(AlreadyStarted) as caught:
        Supervisor.start_child(supervisor, family.spec("a"))
    assert caught.value.pid == whereis("a")
    Supervisor.terminate_child(supervisor, "a")
    with pytest.raises(ValueError, match="child 'a' exists and does not run"):
        Supervisor.start_child(supervisor, family.spec("a"))


@inside
def test_a_child_that_cannot_start_is_not_added_and_its_exception_raised() -> None:
    family = Family()
    supervisor = family.start("a")
    family.failures["b"] = 1
    with pytest.raises(OSError, match="b cannot start"):
        Supervisor.start_child(supervisor, family.spec("b"))
    assert list(children(supervisor)) == ["a"]
    assert isinstance(Supervisor.start_child(supervisor, family.spec("b")), Pid)


@pytest.mark.parametrize("child", [7, "b", None])
def test_what_is_no_child_is_refused_at_the_caller(child: Any) -> None:
    @inside
    def story() -> None:
        supervisor = Family().start("a")
        with pytest.raises(TypeError):
            Supervisor.start_child(supervisor, child)
        assert alive(supervisor)

    story()


@inside
def test_a_terminated_child_stays_in_the_list_until_it_is_restarted_or_deleted() -> None:
    family = Family()
    supervisor = family.start("ab")
    Supervisor.terminate_child(supervisor, "a")
    assert children(supervisor) == {"a": None, "b": whereis("b")}
    assert Supervisor.restart_child(supervisor, "a") == whereis("a")
    Supervisor.terminate_child(supervisor, "a")
    Supervisor.terminate_child(supervisor, "a")  # twice is as good as once
    Supervisor.delete_child(supervisor, "a")
    assert list(children(supervisor)) == ["b"]
    assert family.read() == "-a +a -a"


@inside
def test_a_terminated_temporary_child_leaves_the_list() -> None:
    family = Family()
    supervisor = Supervisor.start_link(family.specs("ab", restart="temporary"))
    Supervisor.terminate_child(supervisor, "a")
    assert list(children(supervisor)) == ["b"]


@inside
def test_a_child_that_runs_can_be_neither_restarted_nor_deleted() -> None:
    supervisor = Family().start("a")
    for change in (Supervisor.restart_child, Supervisor.delete_child):
        with pytest.raises(ValueError, match="child 'a' runs"):
            change(supervisor, "a")


@inside
def test_a_child_that_does_not_exist_is_a_lookup_error() -> None:
    supervisor = Family().start("a")
    for change in (Supervisor.terminate_child, Supervisor.restart_child, Supervisor.delete_child):
        with pytest.raises(LookupError, match="no child 'z'"):
            change(supervisor, "z")


@inside
def test_restart_child_raises_what_the_start_raises() -> None:
    family = Family()
    supervisor = family.start("a")
    Supervisor.terminate_child(supervisor, "a")
    family.failures["a"] = 1
    with pytest.raises(OSError, match="a cannot start"):
        Supervisor.restart_child(supervisor, "a")
    assert children(supervisor) == {"a": None}


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_a_terminated_child_comes_back_with_the_others_as_in_otp(strategy: Any) -> None:
    @inside
    def story() -> None:
        family = Family()
        supervisor = family.start("ab", strategy=strategy)
        Supervisor.terminate_child(supervisor, "b")
        exit(pid_of("a"), "kill")
        settle()
        assert family.read() == "-b +a +b"

    story()


# ---------------------------------------------------------------------- automatic shutdown


@pytest.mark.parametrize(
    ("auto_shutdown", "ending", "diary"),
    [
        ("any_significant", "b", "-b -d -c -a"),
        ("any_significant", "a", "-a"),
        ("all_significant", "b", "-b"),
        ("all_significant", "bc", "-b -c -d -a"),
        ("all_significant", "ad", "-a -d"),
    ],
)
def test_significant_children_that_end_end_the_supervisor(auto_shutdown: Any, ending: str, diary: str) -> None:
    @inside
    def story() -> None:
        trap_exit()
        family = Family()
        specs = [
            family.spec("a", restart="transient"),
            family.spec("b", restart="transient", significant=True),
            family.spec("c", restart="temporary", significant=True),
            family.spec("d", restart="temporary"),
        ]
        supervisor = Supervisor.start_link(specs, auto_shutdown=auto_shutdown)
        family.read()
        for id in ending:
            GenServer.stop(id)
            settle()
        assert family.read() == diary
        if "-a" in diary and "-d" in diary and len(diary.split()) == 4:
            assert receive() == ("EXIT", supervisor, "shutdown")
        else:
            assert alive(supervisor)

    story()


@inside
def test_a_significant_child_that_is_restarted_ends_nothing() -> None:
    family = Family()
    specs = family.specs("a", restart="transient", significant=True)
    supervisor = Supervisor.start_link(specs, auto_shutdown="any_significant")
    exit(pid_of("a"), "kill")
    settle()
    assert children(supervisor) == {"a": whereis("a")}


@inside
def test_a_significant_child_that_is_terminated_ends_nothing() -> None:
    family = Family()
    specs = family.specs("a", restart="transient", significant=True)
    supervisor = Supervisor.start_link(specs, auto_shutdown="any_significant")
    Supervisor.terminate_child(supervisor, "a")
    assert alive(supervisor)


@inside
def test_a_senseless_significant_child_cannot_be_added_either() -> None:
    family = Family()
    supervisor = family.start("a")
    with pytest.raises(ValueError, match="auto_shutdown is 'never'"):
        Supervisor.start_child(supervisor, family.spec("b", restart="temporary", significant=True))
    assert list(children(supervisor)) == ["a"]
