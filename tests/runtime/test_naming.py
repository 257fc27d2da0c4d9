"""A nameless node gets its name while its processes live on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybeam.errors import KILL
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import exit, monitor, receive, self, whereis
from pybeam.terms import NONODE
from pybeam.testing.world import SimNode, World


@pytest.fixture
def node() -> Iterator[SimNode]:
    yield World().node(NONODE)


class Quiet(GenServer):
    pass


def name_it(node: SimNode) -> None:
    node.runtime.attach("a@host", node.runtime.network)


def test_a_supervisor_started_before_still_restarts_its_children(node: SimNode) -> None:
    node.spawn(lambda: (Supervisor.start_link([Quiet.child_spec(name="child")]), receive()))
    node.world.settle()
    first = node.run(whereis, "child")
    assert first is not None
    name_it(node)
    node.run(exit, first, KILL)
    node.world.advance(1)
    second = node.run(whereis, "child")
    assert second is not None and second != first
    assert second.node == "a@host"


def test_a_monitor_made_before_still_fires_with_its_reference(node: SimNode) -> None:
    def watch() -> bool:
        server = GenServer.start(Quiet)
        ref = monitor(server)
        name_it(node)
        exit(server, KILL)
        return bool(receive(timeout=1) == ("DOWN", ref, "process", server, "killed"))

    assert node.run(watch)


def test_a_pid_taken_before_still_reaches_its_process(node: SimNode) -> None:
    def call() -> str:
        own = self()
        name_it(node)
        return f"{own.node} {self().node} {own == self()}"

    assert node.run(call) == f"{NONODE} a@host True"
