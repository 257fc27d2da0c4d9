"""What runs on each node of the cluster."""

from __future__ import annotations

import pytest

from apothik import cache
from apothik.application import Apothik
from pybeam import Supervisor, process
from pybeam.testing.world import SimNode, World


def test_the_cache_and_its_door_are_up_before_the_node_makes_itself_known(application: SimNode) -> None:
    children = application.run(lambda: Supervisor.which_children("apothik.supervisor"))
    assert [child.id for child in children] == ["apothik.cache", "apothik.door", "apothik.cluster"]
    assert all(child.pid is not None for child in children)


def test_the_topology_is_the_storys(application: SimNode) -> None:
    workers = application.run(lambda: Supervisor.which_children("apothik.cluster"))
    assert [worker.id for worker in workers] == ["apothik_cluster_1"]


def test_stopping_it_leaves_nothing_behind(world: World) -> None:
    node = world.node("apothik_1@127.0.0.1")

    def running() -> tuple[int, list[str]]:
        return len(process.list()), process.registered()

    before = node.run(running)
    node.run(lambda: Apothik().start().stop())
    assert node.run(running) == before


@pytest.mark.usefixtures("alone")
def test_a_started_application_answers_at_once(application: SimNode) -> None:
    assert application.run(lambda: (cache.put("a", 1), cache.get("a"))) == ("ok", 1)
