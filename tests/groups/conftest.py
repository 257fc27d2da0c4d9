"""Three nodes on virtual time that are connected, and what the tests of a cluster share."""

from __future__ import annotations

import pytest

from pybeam.testing.world import SimNode, World
from tests.groups.cluster import mesh


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def three(world: World) -> list[SimNode]:
    return mesh(world, "abc")
