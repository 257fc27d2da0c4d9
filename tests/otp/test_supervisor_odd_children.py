"""Supervisor: children that have nothing to do here, and odd requests."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted
from pybeam.otp.child import ChildSpec
from pybeam.otp.gen_server import GenServer
from pybeam.otp.parent import ChildInfo
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, flush, link, receive, send, sleep, spawn, trap_exit, unlink, whereis
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import Family, children, pid_of


@inside
def test_a_child_that_ignores_is_kept_without_a_process_unless_it_is_temporary() -> None:
    family = Family()
    family.absent = {"b", "t"}
    specs = [*family.specs("ab"), family.spec("t", restart="temporary"), family.spec("c")]
    supervisor = Supervisor.start_link(specs)
    assert family.read() == "+a +c"
    assert children(supervisor) == {"a": whereis("a"), "b": None, "c": whereis("c")}
    assert Supervisor.count_children(supervisor) == {"specs": 3, "active": 2, "supervisors": 0, "workers": 3}
    assert flush() == []


@inside
def test_a_child_that_ignores_can_be_added_restarted_and_deleted() -> None:
    family = Family()
    family.absent = {"b", "t"}
    supervisor = family.start("a")
    assert Supervisor.start_child(supervisor, family.spec("b")) is None
    assert Supervisor.start_child(supervisor, family.spec("t", restart="temporary")) is None
    assert list(children(supervisor)) == ["a", "b"]
    with pytest.raises(ValueError, match="child 'b' exists and does not run"):
        Supervisor.start_child(supervisor, family.spec("b"))
    assert Supervisor.restart_child(supervisor, "b") is None
    family.absent.clear()
    assert Supervisor.restart_child(supervisor, "b") == whereis("b")
    Supervisor.terminate_child(supervisor, "b")
    Supervisor.delete_child(supervisor, "b")
    assert list(children(supervisor)) == ["a"]


@inside
def test_a_child_that_ignores_its_restart_is_not_started_again() -> None:
    family = Family()
    supervisor = family.start("ab")
    family.absent = {"a"}
    exit(pid_of("a"), "kill")
    sleep(10)
    assert children(supervisor) == {"a": None, "b": whereis("b")}


@inside
def test_a_child_that_ignored_gets_another_chance_with_its_siblings() -> None:
    family = Family()
    family.absent = {"a"}
    supervisor = family.start("ab", strategy="one_for_all")
    family.absent.clear()
    exit(pid_of("b"), "kill")
    settle()
    assert children(supervisor) == {"a": whereis("a"), "b": whereis("b")}
    assert whereis("a") is not None


@inside
def test_a_supervisor_whose_children_all_ignore_is_fine() -> None:
    family = Family()
    family.absent = {"a", "b"}
    supervisor = family.start("ab")
    Supervisor.stop(supervisor)
    assert family.read() == ""


# ---------------------------------------------------------------------- significant children


@inside
def test_a_significant_child_that_is_about_to_be_restarted_still_counts() -> None:
    trap_exit()
    family = Family()
    specs = family.specs("ab", restart="transient", significant=True)
    supervisor = Supervisor.start_link(specs, auto_shutdown="all_significant", max_restarts=1000, max_seconds=1)
    family.failures["a"], family.start_seconds["a"] = 3, 1.0
    exit(pid_of("a"), "kill")
    sleep(0.5)
    GenServer.stop("b")  # its end is heard between two attempts to start a
    sleep(10)
    assert children(supervisor) == {"a": pid_of("a"), "b": None}
    GenServer.stop("a")
    assert receive() == ("EXIT", supervisor, "shutdown")


@inside
def test_a_temporary_significant_child_ends_its_supervisor_also_by_a_crash() -> None:
    trap_exit()
    family = Family()
    specs = [family.spec("a"), family.spec("b", restart="temporary", significant=True)]
    supervisor = Supervisor.start_link(specs, auto_shutdown="any_significant")
    exit(pid_of("b"), "kill")
    assert receive() == ("EXIT", supervisor, "shutdown")


@inside
def test_a_supervisor_that_ends_by_itself_is_a_child_like_others() -> None:
    family = Family()
    inner = ChildSpec(
        "inner",
        lambda: Supervisor.start_link(
            [family.spec("a", restart="transient", significant=True)], auto_shutdown="any_significant", name="inner"
        ),
        restart="transient",
        shutdown=None,
        type="supervisor",
        significant=True,
    )
    trap_exit()
    outer = Supervisor.start_link([inner, family.spec("b")], auto_shutdown="any_significant")
    GenServer.stop("a")
    assert receive() == ("EXIT", outer, "shutdown")
    assert family.read() == "+a +b -a -b"


@pytest.mark.parametrize("auto_shutdown", ["sometimes", None, 1, "any"])
def test_an_auto_shutdown_that_makes_no_sense_is_refused(auto_shutdown: Any) -> None:
    with pytest.raises(ValueError, match="auto_shutdown is 'never', 'any_significant' or 'all_significant'"):
        Supervisor.start_link([], auto_shutdown=auto_shutdown)


# ---------------------------------------------------------------------- requests that are wrong


@pytest.mark.parametrize("id", [[1], {}, {1}])
def test_an_unhashable_id_is_no_child_and_harms_nobody(id: Any) -> None:
    @inside
    def story() -> None:
        supervisor = Family().start("a")
        for change in (Supervisor.terminate_child, Supervisor.restart_child, Supervisor.delete_child):
            with pytest.raises(LookupError, match="no child"):
                change(supervisor, id)
        assert alive(supervisor)

    story()


@pytest.mark.parametrize("request_", ["hello", ("start_child", 7), (), ("which_children", 1), None])
def test_a_request_that_no_supervisor_takes_is_the_callers_error(request_: Any) -> None:
    @inside
    def story() -> None:
        supervisor = Family().start("a")
        with pytest.raises(ValueError, match="takes no such request"):
            GenServer.call(supervisor, request_)
        assert alive(supervisor)

    story()


@inside
def test_casts_and_messages_that_no_supervisor_takes_harm_nobody() -> None:
    supervisor = Family().start("a")
    for message in ("hello", ("EXIT", spawn(flush), "boom"), ("EXIT", 7, "boom"), ("EXIT",), None):
        send(supervisor, message)
        GenServer.cast(supervisor, message)
    assert list(children(supervisor)) == ["a"]


@inside
def test_a_child_that_is_about_to_be_restarted_says_so_and_can_be_terminated() -> None:
    family = Family()
    supervisor = Supervisor.start_link([family.spec("a")], max_restarts=10**9)
    family.failures["a"] = 10**9
    family.start_seconds["a"] = 1.0  # each attempt takes a second, in which others may ask
    exit(pid_of("a"), "kill")
    sleep(1.5)
    assert children(supervisor) == {"a": "restarting"}
    assert Supervisor.count_children(supervisor)["active"] == 0
    for change in (Supervisor.restart_child, Supervisor.delete_child):
        with pytest.raises(ValueError, match="child 'a' is about to be restarted: terminate it first"):
            change(supervisor, "a")
    Supervisor.terminate_child(supervisor, "a")
    before = now()
    sleep(10)
    assert children(supervisor) == {"a": None}
    family.failures.clear()
    assert Supervisor.restart_child(supervisor, "a") == whereis("a")
    assert now() == before + 11


@inside
def test_the_id_of_a_child_may_be_of_any_kind() -> None:
    family = Family()
    ids: list[Any] = [1, ("a", 2), None, frozenset(), 2.5]
    specs = [ChildSpec(id, family.spec(f"n{n}").start) for n, id in enumerate(ids)]
    supervisor = Supervisor.start_link(specs)
    assert list(children(supervisor)) == ids
    for id in ids:
        Supervisor.terminate_child(supervisor, id)
        Supervisor.delete_child(supervisor, id)
    assert children(supervisor) == {}


@inside
def test_the_spec_of_a_child_can_be_asked_for_whether_it_runs_or_not() -> None:
    spec = Family().spec("a", restart="transient", shutdown=7)
    supervisor = Supervisor.start_link([spec])
    assert Supervisor.get_childspec(supervisor, "a") == spec
    Supervisor.terminate_child(supervisor, "a")
    assert Supervisor.get_childspec(supervisor, "a") == spec
    unknown: list[Any] = ["z", []]
    for id in unknown:
        with pytest.raises(LookupError, match="no child"):
            Supervisor.get_childspec(supervisor, id)


@inside
def test_a_start_whose_own_name_is_taken_is_already_started() -> None:
    family = Family()
    supervisor = family.start("a")
    other = ChildSpec("other", family.spec("a").start)
    with pytest.raises(AlreadyStarted) as caught:
        Supervisor.start_child(supervisor, other)
    assert caught.value.pid == whereis("a")
    assert list(children(supervisor)) == ["a"]


@inside
def test_the_exit_of_a_process_that_is_no_child_ends_nothing() -> None:
    supervisor = Family().start("a")

    def tie_and_end() -> None:
        link(supervisor)
        raise ValueError("boom")

    spawn(tie_and_end)
    settle()
    assert list(children(supervisor)) == ["a"]


@inside
def test_a_child_that_unlinks_itself_is_stopped_all_the_same() -> None:
    family = Family()
    supervisor = family.start("a")
    GenServer.call("a", lambda: unlink(supervisor))
    child = pid_of("a")
    Supervisor.stop(supervisor)
    assert not alive(child)


@inside
def test_which_children_is_made_of_named_tuples_that_travel_as_such() -> None:
    supervisor = Family().start("a")
    (info,) = Supervisor.which_children(supervisor)
    assert info == ChildInfo("a", pid_of("a"), "worker") and info.id == "a"
