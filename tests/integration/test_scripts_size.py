"""Whoever joins a cluster spreads the keys over as many nodes as it does, whatever has ended before."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.lab import until
from tests.integration.terminal import STOP_SECONDS, Place, node, place_in

pytestmark = pytest.mark.integration

ASK = "from apothik import cluster; print('spreads over', len(cluster.node_list()))\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path) as place:
        yield place


def instance(place: Place, i: int, **changes: str) -> int:
    """Start one; how many nodes it spreads the keys over."""
    place.open("start_instance.sh", i, stdout=None, **changes).shows(f"{node(i)} runs Apothik")
    nodes = place.asks(i, "apothik.cluster:node_list")
    assert isinstance(nodes, list)
    return len(nodes)


def prompt(place: Place, *arguments: str, **changes: str) -> str:
    return place.run("start_master.sh", *arguments, text=ASK, **changes).stdout


def test_who_joins_a_cluster_learns_its_size_from_it(place: Place) -> None:
    terminal = place.cluster(2)
    os.kill(place.pid(1), signal.SIGKILL)
    terminal.shows(f"{node(1)} has ended")
    assert instance(place, 1) == 2
    assert "spreads over 2\n" in prompt(place)
    os.kill(place.pid(2), signal.SIGKILL)
    assert terminal.ends() == 1
    assert instance(place, 2) == 2, "the first is left of that cluster, though its script has ended"


def test_what_the_environment_says_of_the_size_is_not_asked_for(place: Place) -> None:
    assert instance(place, 1, APOTHIK_NODES="3") == 3
    assert instance(place, 2, APOTHIK_NODES="4") == 4
    assert "spreads over 7\n" in prompt(place, APOTHIK_NODES="7")


def test_a_prompt_for_another_cluster_takes_no_size_from_this_one(place: Place) -> None:
    place.cluster(1)
    assert "spreads over 5\n" in prompt(place, "--epmd-port", str(place.lab.port + 1))


def test_a_cluster_that_was_killed_leaves_no_size_behind(place: Place) -> None:
    terminal = place.cluster(2)
    terminal.process.kill()
    until(lambda: terminal.process.poll() is not None and not place.processes(), STOP_SECONDS)
    assert instance(place, 1) == 5


def test_an_instance_that_is_started_with_the_cluster_waits_until_it_can_ask(place: Place) -> None:
    terminal = place.open("start_cluster.sh", 2)
    terminal.shows("Starting instance 1 ")
    assert instance(place, 3) == 2
