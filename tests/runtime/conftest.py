"""Two nodes on virtual time and a server on the second."""

from __future__ import annotations

import pytest

from pybeam import GenServer
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World
from tests.runtime.counter import Counter


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def a(world: World) -> SimNode:
    return world.node("a@h")


@pytest.fixture
def b(world: World, a: SimNode) -> SimNode:
    return world.node("b@h")


@pytest.fixture
def counter(b: SimNode) -> Pid:
    """A `Counter` on `b`, named `"counter"`."""
    return b.run(lambda: GenServer.start(Counter, name="counter"))
