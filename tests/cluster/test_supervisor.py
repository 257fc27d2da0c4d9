"""Discovery as one child of an application's supervisor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam import Application, Supervisor, process
from pybeam import cluster as discovery
from pybeam.cluster import Hosts, Strategy, Topology
from pybeam.otp.application_root import RunningApplication
from tests.cluster.simulation import Neighbourhood, SimMesh


class Program(Application):
    def __init__(self, topologies: list[Topology], mesh: SimMesh) -> None:
        self.topologies = topologies
        self.mesh = mesh

    def children(self) -> list[Any]:
        return [(discovery.Supervisor, self.topologies, self.mesh, "test.cluster")]


class Watched(Strategy):
    """Says when it was opened and closed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.calls: list[str] = []

    def open(self, own: str, tell: Callable[[str], None]) -> None:
        self.calls.append("open")
        if self.error is not None:
            raise self.error

    def discover(self) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        self.calls.append("close")


@pytest.fixture
def here() -> Neighbourhood:
    return Neighbourhood()


def start(here: Neighbourhood, *topologies: Topology) -> RunningApplication:
    return here.node.run(lambda: Program(list(topologies), here.mesh).start())


def test_every_topology_has_a_worker_under_the_name_given(here: Neighbourhood) -> None:
    start(here, Topology("one", Hosts(["b@host"])), Topology("two", Hosts(["c@host"])))
    children = here.node.run(lambda: Supervisor.which_children("test.cluster"))
    assert [child.id for child in children] == ["one", "two"]


def test_the_nodes_of_all_topologies_get_connected(here: Neighbourhood) -> None:
    here.mesh.answering = {"b@host", "c@host"}
    start(here, Topology("one", Hosts(["b@host"])), Topology("two", Hosts(["c@host"])))
    here.world.settle()
    assert here.mesh.connected == {"b@host", "c@host"}


def test_a_worker_that_is_killed_is_replaced_and_goes_on(here: Neighbourhood) -> None:
    start(here, Topology("one", Hosts(["b@host"])))

    def kill() -> None:
        process.exit(Supervisor.which_children("test.cluster")[0].pid, "kill")  # type: ignore[arg-type]

    here.node.run(kill)
    here.mesh.answering = {"b@host"}
    here.world.advance(5.0)
    assert here.mesh.connected == {"b@host"}


def test_stopping_the_application_closes_the_strategies(here: Neighbourhood) -> None:
    strategy = Watched()
    running = start(here, Topology("one", strategy))
    here.node.run(running.stop)
    assert strategy.calls == ["open", "close"]


def test_two_topologies_of_one_name_are_refused(here: Neighbourhood) -> None:
    with pytest.raises(ValueError, match="one"):
        start(here, Topology("one", Hosts([])), Topology("one", Hosts([])))


def test_a_strategy_that_cannot_work_here_stops_the_start_and_says_why(here: Neighbourhood) -> None:
    with pytest.raises(OSError, match="no such device"):
        start(here, Topology("one", Watched(OSError("no such device"))))
