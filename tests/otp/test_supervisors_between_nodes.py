"""Supervisors of another node: asked, changed, and found in the wrong, from here."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted, NodeDown, NoProcess, TooManyChildren
from pybeam.otp.child import ChildSpec
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.otp.partition_supervisor import PartitionSupervisor
from pybeam.otp.supervisor import Supervisor
from pybeam.process import exit, monitor, receive, sleep
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World

A, B = "a@host", "b@host"
TOP, POOL = ("top", B), ("pool", B)


class Worker(GenServer):
    """Says where it is."""

    def handle_call(self, request: Any, from_: From) -> Any:
        return self._process.runtime.name


@pytest.fixture
def a() -> SimNode:
    a, b = World().nodes(A, B)

    def keep() -> None:
        Supervisor.start_link([ChildSpec("w", lambda: GenServer.start_link(Worker, name="w"))], name="top")
        DynamicSupervisor.start_link(max_children=1, name="pool")
        PartitionSupervisor.start_link(Worker, 2, name="parts")
        receive()

    b.spawn(keep)
    b.world.settle()
    return a


def test_children_of_another_node_are_told_of_and_managed(a: SimNode) -> None:
    def story() -> None:
        (info,) = Supervisor.which_children(TOP)
        assert info.id == "w" and isinstance(info.pid, Pid) and info.pid.node == B
        pid = Supervisor.start_child(TOP, Worker)
        assert GenServer.call(pid, "where") == B  # type: ignore[arg-type]  # a pid
        assert Supervisor.count_children(TOP)["active"] == 2
        Supervisor.terminate_child(TOP, Worker)
        assert isinstance(Supervisor.restart_child(TOP, Worker), Pid)
        Supervisor.terminate_child(TOP, Worker)
        Supervisor.delete_child(TOP, Worker)
        assert Supervisor.count_children(TOP)["specs"] == 1

    a.run(story)


def test_their_errors_are_raised_here(a: SimNode) -> None:
    def story() -> None:
        with pytest.raises(AlreadyStarted) as caught:
            Supervisor.start_child(TOP, ChildSpec("w", lambda: GenServer.start_link(Worker)))
        assert caught.value.pid == Supervisor.which_children(TOP)[0].pid
        with pytest.raises(LookupError, match="no child 'z'"):
            Supervisor.terminate_child(TOP, "z")
        with pytest.raises(ValueError, match="child 'w' runs"):
            Supervisor.delete_child(TOP, "w")
        DynamicSupervisor.start_child(POOL, Worker)
        with pytest.raises(TooManyChildren, match="1 children") as full:
            DynamicSupervisor.start_child(POOL, Worker)
        assert full.value.limit == 1

    a.run(story)


def test_a_child_of_another_node_that_falls_is_restarted_there(a: SimNode) -> None:
    def story() -> None:
        pid = DynamicSupervisor.start_child(POOL, Worker)
        assert pid is not None
        ref = monitor(pid)
        exit(pid, "kill")
        assert receive() == ("DOWN", ref, "process", pid, "killed")
        sleep(1)
        (info,) = DynamicSupervisor.which_children(POOL)
        assert isinstance(info.pid, Pid) and info.pid != pid
        DynamicSupervisor.terminate_child(POOL, info.pid)
        assert DynamicSupervisor.count_children(POOL)["specs"] == 0

    a.run(story)


def test_a_supervisor_that_is_not_there_is_nobody(a: SimNode) -> None:
    def story() -> None:
        with pytest.raises(NoProcess):
            Supervisor.which_children(("nobody", B))
        with pytest.raises(NodeDown):
            DynamicSupervisor.count_children(("pool", "z@host"))
        with pytest.raises(ValueError, match="no PartitionSupervisor of this node"):
            PartitionSupervisor.partitions(("parts", B))  # type: ignore[arg-type]  # that is the point

    a.run(story)
