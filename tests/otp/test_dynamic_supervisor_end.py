"""DynamicSupervisor: the end of all children at once, and of very many."""

from __future__ import annotations

import resource
from typing import Any

import pytest

from pybeam.otp.child import ChildSpec
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.process import alive, exit, receive, sleep, spawn, spawn_link, trap_exit, whereis
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import Family
from tests.otp.family import start_dynamic as start


@inside
def test_children_are_stopped_all_at_once_each_within_its_own_limit() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    family.stop_seconds = {"a": 3.0, "b": 1.0, "c": 9.0, "d": 2.0, "e": 4.0}
    for id, shutdown in {"a": 5.0, "b": 5, "c": 4.0, "d": "brutal_kill", "e": None}.items():
        start(supervisor, family, id, shutdown=shutdown)
    DynamicSupervisor.stop(supervisor)
    assert (family.read(), now()) == ("-b -a -e", 4)
    assert [whereis(id) for id in "abcde"] == [None] * 5


@inside
def test_a_call_that_comes_while_it_stops_fails_and_is_not_lost() -> None:
    family, supervisor = Family(), DynamicSupervisor.start_link()
    family.stop_seconds["a"] = 3.0
    start(supervisor, family, "a")
    promise = None

    def stop_it() -> None:
        DynamicSupervisor.stop(supervisor)

    spawn(stop_it)
    sleep(1)
    promise = GenServer.call_async(supervisor, ("which_children",))
    with pytest.raises(Exception, match="ended before it answered"):
        promise.result()
    assert now() == 3


@inside
def test_it_ends_with_its_parent_and_takes_its_children_along() -> None:
    family = Family()

    def parent() -> None:
        start(DynamicSupervisor.start_link(name="pool"), family, "ab")
        sleep(1)

    spawn(parent)
    sleep(2)
    assert family.read() in ("-a -b", "-b -a")
    assert whereis("pool") is None


@inside
def test_a_child_that_never_hears_is_killed() -> None:
    def refuse() -> None:
        trap_exit()
        while True:
            receive()

    supervisor = DynamicSupervisor.start_link()
    deaf = DynamicSupervisor.start_child(supervisor, ChildSpec("deaf", lambda: spawn_link(refuse), shutdown=2))
    sleep(1)
    DynamicSupervisor.stop(supervisor)
    assert deaf is not None
    assert (alive(deaf), now()) == (False, 3)


class Small(GenServer):
    """A child that keeps nothing."""


def used(n: int) -> float:
    """Seconds of the processor that `n` children cost from their start to their end."""

    def seconds() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_utime

    cost: list[float] = []

    @inside
    def story() -> None:
        before = seconds()
        supervisor = DynamicSupervisor.start_link(max_restarts=n)
        spec = Small.child_spec()
        started: Any = [DynamicSupervisor.start_child(supervisor, spec) for _ in range(n)]
        for pid in started[::-1][: n // 4]:
            DynamicSupervisor.terminate_child(supervisor, pid)
        for pid in started[: n // 4]:
            exit(pid, "kill")
        settle()
        assert DynamicSupervisor.count_children(supervisor)["active"] == n - n // 4
        DynamicSupervisor.stop(supervisor)
        assert not any(map(alive, started))
        cost.append(seconds() - before)

    story()
    return cost[0]


def test_no_child_costs_more_because_there_are_others() -> None:
    # Measured 4x for 4x the children; 16x where each child looked at all the others.
    few, many = (min(used(n), used(n)) for n in (2_000, 8_000))
    assert many < 8 * few
