"""Groups, names of the cluster and PubSub between OS processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybeam import PubSub, global_, node, pg, process
from pybeam.terms import Pid
from tests.integration.lab import until
from tests.integration.nodes import House, Site, here, site_in


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_in(tmp_path) as site:
        yield site


def join(group: str) -> Pid:
    """The main thread joins."""
    pg.join(group, process.self())
    return process.self()


def claim(name: str) -> bool:
    """The main thread wants a name."""
    return global_.register_name(name, process.self())


def subscribe(topic: str) -> None:
    PubSub.start_link("news")
    PubSub.subscribe("news", topic)


def receive() -> Any:
    return process.receive(timeout=5)


def agree(houses: list[House], name: str) -> Pid | None:
    """The owner of a name, as soon as all nodes say the same."""
    until(lambda: len({house.does(global_.whereis_name, name) for house in houses}) == 1)
    return houses[0].does(global_.whereis_name, name)


def test_members_and_names_are_known_everywhere_and_go_with_a_killed_node(site: Site) -> None:
    a, b, c = mesh = site.mesh("a", "b", "c")
    pids = [house.does(join, "g") for house in mesh]
    until(lambda: all(set(house.does(pg.get_members, "g")) == set(pids) for house in mesh))
    assert [c.does(claim, "x"), a.does(claim, "x")] == [True, False]
    assert agree(mesh, "x") == pids[2]
    c.kill()
    until(lambda: all(set(house.does(pg.get_members, "g")) == set(pids[:2]) for house in (a, b)))
    until(lambda: agree([a, b], "x") is None)
    assert b.does(claim, "x")
    assert agree([a, b], "x") == pids[1]


def test_of_nodes_that_register_at_once_one_gets_the_name(site: Site) -> None:
    mesh = site.mesh("a", "b", "c")
    for name in map(str, range(20)):
        answers = [house.begins(claim_and_stay, name) for house in mesh]
        got = [answer.result(10) for answer in answers]
        owner = agree(mesh, name)
        assert owner is not None
        assert [house.name for house, won in zip(mesh, got, strict=True) if won] == [owner.node]


def claim_and_stay(name: str) -> bool:
    return global_.register_name(name, process.spawn(process.receive))


def test_two_owners_that_meet_become_one_and_the_loser_is_told(site: Site) -> None:
    a, b = site.nodes("a", "b")
    assert [house.does(claim, "x") for house in (a, b)] == [True, True]
    a.does(node.connect, b.name)
    assert b.does(receive) == ("global_name_conflict", "x")
    assert agree([a, b], "x") == a.does(process.self)


def test_what_is_published_reaches_the_subscribers_of_all_nodes_in_order(site: Site) -> None:
    mesh = site.mesh("a", "b", "c")
    for house in mesh:
        house.does(subscribe, "t")
    until(lambda: all(len(house.does(pg.get_members, ("pubsub", "news"))) == 3 for house in mesh))
    for number in range(10):
        mesh[0].does(PubSub.broadcast, "news", "t", number)
    assert [[house.does(receive) for _ in range(10)] for house in mesh] == [list(range(10))] * 3


def test_what_was_before_the_node_got_its_name_is_known_after(site: Site) -> None:
    b, house = site.node("b"), site.house()
    house.does(join, "g")
    assert house.does(claim, "x")
    house.starts("a").result(30)
    assert house.does(node.ping, b.name) == "pong"
    until(lambda: b.does(pg.get_members, "g"))
    assert b.does(global_.whereis_name, "x").node == here("a")  # type: ignore[union-attr]
    assert b.does(global_.send, "x", "hello").node == here("a")
    assert house.does(receive) == "hello"
