"""Nodes of apothik on virtual time: one alone, or all five and the prompt's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apothik import cache, cluster
from apothik.application import Apothik
from apothik.door import DOOR, Door
from apothik.server import NAME, CacheServer
from apothik.settings import settings
from pybeam import GenServer
from pybeam.testing.world import SimNode, World


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The cluster is `apothik_1` and nobody else, so every key is its own."""
    monkeypatch.setenv("APOTHIK_NODES", "1")
    forget = (settings.cache_clear, cluster.router.cache_clear)
    for each in forget:
        each()
    yield
    for each in forget:
        each()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def node(world: World) -> SimNode:
    """`apothik_1`, with a cache and its door, and nobody around."""
    node = world.node("apothik_1@127.0.0.1")
    node.run(lambda: GenServer.start(CacheServer, name=NAME))
    node.run(lambda: GenServer.start(Door, name=DOOR))
    return node


@pytest.fixture
def application(world: World) -> SimNode:
    """`apothik_1` as `pybeam run` starts it."""
    node = world.node("apothik_1@127.0.0.1")
    node.run(Apothik().start)
    return node


class Five:
    """The five nodes of the cluster, started at the same instant, and the prompt's node.

    Attributes:
        nodes: by number, from 1 on.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.nodes = {i: world.node(cluster.node_name(i)) for i in range(1, 6)}
        self.master = world.node("master@127.0.0.1")
        starts = [node.spawn(Apothik().start) for node in self.nodes.values()]
        world.advance(1.0)
        assert all(start.number not in start.runtime.processes for start in starts)

    def entries(self) -> list[int]:
        """The number of entries on nodes 1 to 5."""
        return [node.run(cache.stats) for node in self.nodes.values()]

    def restart(self, i: int) -> None:
        """Start node `i` again, after a crash."""
        self.nodes[i] = self.world.node(cluster.node_name(i))
        self.nodes[i].run(Apothik().start)


@pytest.fixture
def five(world: World) -> Five:
    return Five(world)
