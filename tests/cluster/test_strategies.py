"""What every discovery strategy keeps to. A new one is added to `NEIGHBOURHOODS`, and to nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field

import pytest

from pybeam.cluster import Gossip, Hosts, Strategy, Topology
from pybeam.cluster.worker import Worker
from pybeam.otp.gen_server import GenServer
from pybeam.terms import split_name
from tests.cluster.simulation import OWN, Ether, Neighbourhood

OTHERS = ("b@host", "c@host")
SECRET = b"0123456789abcdef"


@dataclass
class Finder:
    """A strategy among other nodes, which show themselves when `stir` is called."""

    strategy: Strategy
    stir: Callable[[], object]
    told: list[str] = field(default_factory=list)

    def open(self) -> None:
        self.strategy.open(OWN, self.told.append)

    def finds(self) -> Set[str]:
        """Whom it offers in one round, in whichever way."""
        self.told.clear()
        self.stir()
        return self.strategy.discover() | set(self.told)


def among_hosts() -> Finder:
    return Finder(Hosts([OWN, *OTHERS]), stir=lambda: None)


def among_gossips() -> Finder:
    ether, clock = Ether(), iter(range(0, 10**6, 2))
    others = [Gossip(SECRET, join=ether.join) for _ in OTHERS]
    for name, other in zip(OTHERS, others, strict=True):
        other.open(name, lambda _: None)
    own = Gossip(SECRET, join=ether.join, now=lambda: next(clock))
    return Finder(own, stir=lambda: [other.discover() for other in others])


NEIGHBOURHOODS = [among_hosts, among_gossips]


@pytest.fixture(params=NEIGHBOURHOODS)
def finder(request: pytest.FixtureRequest) -> Iterator[Finder]:
    made: Finder = request.param()
    yield made
    made.strategy.close()


def test_it_offers_every_other_node(finder: Finder) -> None:
    finder.open()
    assert finder.finds() - {OWN} == set(OTHERS)


def test_it_offers_a_node_again_and_again_so_that_a_dropped_one_comes_back(finder: Finder) -> None:
    finder.open()
    rounds = [finder.finds() - {OWN} for _ in range(3)]
    assert rounds == [set(OTHERS)] * 3


def test_all_that_it_offers_are_names_of_nodes(finder: Finder) -> None:
    finder.open()
    assert all(split_name(name) for name in finder.finds())


def test_it_can_be_opened_again_after_a_crash_and_tells_each_name_once(finder: Finder) -> None:
    finder.open()
    finder.open()
    assert finder.finds() - {OWN} == set(OTHERS)
    assert len(finder.told) == len(set(finder.told))


def test_once_closed_it_tells_nothing(finder: Finder) -> None:
    finder.open()
    finder.strategy.close()
    finder.told.clear()
    finder.stir()
    assert finder.told == []


def test_closing_is_harmless_twice_and_before_it_was_opened(finder: Finder) -> None:
    finder.strategy.close()
    finder.open()
    finder.strategy.close()
    finder.strategy.close()
    finder.open()
    assert finder.finds() - {OWN} == set(OTHERS)


def test_a_worker_connects_to_all_that_it_finds(finder: Finder) -> None:
    here = Neighbourhood()
    here.mesh.answering = set(OTHERS)
    topology = Topology("test", finder.strategy)
    here.node.run(lambda: GenServer.start(Worker, topology, here.mesh))
    finder.stir()
    here.world.settle()
    assert here.mesh.connected == set(OTHERS)


def test_a_worker_that_is_stopped_closes_its_strategy(finder: Finder) -> None:
    here = Neighbourhood()
    worker = here.node.run(lambda: GenServer.start(Worker, Topology("test", finder.strategy), here.mesh))
    here.node.run(lambda: GenServer.stop(worker))
    here.mesh.answering = set(OTHERS)
    finder.stir()
    here.world.advance(60.0)
    assert here.mesh.connected == set()
