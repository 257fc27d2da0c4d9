"""What every named node runs, and that it goes on running."""

from __future__ import annotations

import pytest

from pybeam import GenServer, global_, node, pg, process, rpc
from pybeam.services import start_services
from pybeam.testing.inside import Solo
from pybeam.testing.world import World

SERVICES = ["global_name_server", "pg", "rex"]


def test_a_node_runs_its_services_and_nothing_else() -> None:
    a = World().node()
    assert a.run(process.registered) == SERVICES
    assert len(a.run(process.list)) == 2 * len(SERVICES) + 1


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_is_killed_is_started_again(name: str) -> None:
    world = World()
    a, b = world.nodes("a@h", "b@h")
    assert a.run(node.connect, "b@h")
    for _ in range(3):
        before = b.run(process.whereis, name)
        a.run(process.exit, before, "kill")
        world.advance(1)
        assert b.run(process.whereis, name) not in (None, before)
    assert a.run(rpc.call, "b@h", "operator:add", 2, 3) == 5
    assert b.run(lambda: (global_.registered_names(), pg.which_groups())) == ([], [])


@pytest.mark.parametrize("name", ["pg", "global_name_server"])
def test_a_service_that_is_stopped_is_started_again(name: str) -> None:
    a = World().node()
    before = a.run(process.whereis, name)
    a.run(GenServer.stop, name)
    assert a.run(process.whereis, name) not in (None, before)


def test_an_idle_node_has_nothing_due() -> None:
    world = World()
    a = world.node()
    world.settle()
    assert a.runtime.idle_for() is None


def test_a_program_can_use_them_at_once() -> None:
    for use in (pg.which_groups, global_.registered_names):
        solo = Solo()
        start_services(solo.runtime)
        assert solo.run(use) == []
