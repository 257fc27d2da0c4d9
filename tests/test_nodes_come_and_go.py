"""The mesh that nodes make, and what is heard of those that come and go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pybeam import node, process, rpc, send
from pybeam.testing.world import SimNode, World
from tests.listener import listen

UNREACHABLE = "nobody@h"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def pair(world: World) -> tuple[SimNode, SimNode]:
    """Two nodes that are connected."""
    a, b = world.nodes("a@h", "b@h")
    connect(a, b)
    return a, b


def connect(a: SimNode, b: SimNode) -> None:
    assert a.run(node.connect, b.name)
    a.world.advance(0.1)


def names(nodes: list[SimNode]) -> set[str]:
    return {each.name for each in nodes}


def is_mesh(nodes: list[SimNode]) -> bool:
    """Whether each is connected to every other, and lists it once."""
    lists = {each.name: each.run(node.list) for each in nodes}
    return all(sorted(found) == sorted(names(nodes) - {name}) for name, found in lists.items())


# ---------------------------------------------------------------------- the mesh


def test_one_connection_to_a_mesh_connects_to_all_of_it_in_both_directions(world: World) -> None:
    mesh = world.nodes("a@h", "b@h", "c@h", "d@h")
    for each in mesh[1:]:
        connect(mesh[0], each)
    heard = {each.name: listen(each, to_nodes=True) for each in mesh}
    newcomer = world.node("new@h")
    connect(newcomer, mesh[2])
    assert is_mesh([*mesh, newcomer])
    assert heard == {each.name: [("nodeup", "new@h")] for each in mesh}


@pytest.mark.parametrize("cut_off", [False, True])
def test_connect_comes_back_when_the_whole_mesh_is_connected_or_will_not_be(world: World, cut_off: bool) -> None:
    a, b, c = world.nodes("a@h", "b@h", "c@h")
    connect(a, b)
    connect(c, b)
    newcomer = world.node("new@h")
    if cut_off:
        world.cut(newcomer, c)
    start = world.clock.now()
    assert newcomer.run(node.connect, "a@h")
    assert set(newcomer.run(node.list)) == {"a@h", "b@h"} | (set() if cut_off else {"c@h"})
    assert world.clock.now() - start < (2 if cut_off else 0.1)


def test_one_connection_between_two_meshes_makes_them_one(world: World) -> None:
    nodes = world.nodes("a@h", "b@h", "c@h", "x@h", "y@h")
    for one, other in ((0, 1), (1, 2), (3, 4)):
        connect(nodes[one], nodes[other])
    connect(nodes[2], nodes[3])
    assert is_mesh(nodes)


@pytest.mark.parametrize("seed", range(20))
def test_five_nodes_that_start_at_the_same_instant_form_one_mesh(seed: int) -> None:
    world = World(seed)
    nodes = world.nodes(*(f"n{i}@h" for i in range(5)))
    heard = [listen(each, to_nodes=True) for each in nodes]
    for each in nodes:
        for other in names(nodes) - {each.name}:
            each.spawn(node.connect, other)
    world.advance(0.5)
    assert is_mesh(nodes)
    for each, events in zip(nodes, heard, strict=True):
        assert len(events) == 4
        assert set(events) == {("nodeup", name) for name in names(nodes) - {each.name}}


@pytest.mark.parametrize("seed", range(20))
def test_twenty_nodes_that_each_connect_to_one_form_one_mesh(seed: int) -> None:
    world = World(seed)
    nodes = world.nodes(*(f"n{i}@h" for i in range(20)))
    for i, each in enumerate(nodes[1:]):
        each.spawn(node.connect, nodes[i // 2].name)
    world.advance(0.5)
    assert is_mesh(nodes)


def test_a_hidden_node_is_listed_by_nobody_lists_nobody_and_is_heard_of_by_nobody(world: World) -> None:
    a, b, hidden = world.node("a@h"), world.node("b@h"), world.node("hidden@h", hidden=True)
    connect(a, b)
    heard = [listen(each, to_nodes=True) for each in (a, b, hidden)]
    connect(hidden, a)
    assert hidden.run(rpc.call, "a@h", node.self) == "a@h"
    assert a.run(rpc.call, "hidden@h", node.self) == "hidden@h"
    assert (a.run(node.list), b.run(node.list), hidden.run(node.list)) == (["b@h"], ["a@h"], [])
    hidden.stop()
    world.advance(2)
    assert heard == [[], [], []]


def test_a_hidden_node_can_be_disconnected(world: World) -> None:
    a, hidden = world.node("a@h"), world.node("hidden@h", hidden=True)
    connect(a, hidden)
    assert a.run(node.disconnect, "hidden@h")
    assert not a.run(node.disconnect, "hidden@h")


# ---------------------------------------------------------------------- nodeup and nodedown


def test_nodeup_is_heard_before_anything_that_the_node_has_sent(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    heard = listen(b, to_nodes=True)
    for n in range(3):
        a.run(send, ("listener", "b@h"), n)
    world.advance(0.1)
    assert heard == [("nodeup", "a@h"), 0, 1, 2]


def test_nodedown_is_heard_after_everything_that_the_node_has_sent(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    heard = listen(b, to_nodes=True)
    for n in range(200):
        a.run(send, ("listener", "b@h"), n)
    a.stop()
    a.world.advance(0.1)
    assert heard == [*range(200), ("nodedown", "a@h")]


@pytest.mark.parametrize("seed", range(20))
def test_nodedown_is_heard_after_all_that_had_arrived_of_a_killed_node(seed: int) -> None:
    world = World(seed)
    a, b = world.nodes("a@h", "b@h")
    connect(a, b)
    heard = listen(b, to_nodes=True)
    for n in range(50):
        a.run(send, ("listener", "b@h"), n)
        world.advance(0.0001)
    a.crash()
    world.advance(2)
    assert heard.pop() == ("nodedown", "a@h")
    assert 20 < len(heard) < 50
    assert heard == [*range(len(heard))]


def test_list_already_tells_what_a_nodeup_or_nodedown_tells(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    seen: list[tuple[object, list[str]]] = []

    def watch() -> None:
        node.monitor_nodes()
        while True:
            seen.append((process.receive(), node.list()))

    a.spawn(watch)
    a.world.settle()
    b.crash()
    a.world.advance(2)
    again = a.world.node("b@h")
    connect(a, again)
    assert seen == [(("nodedown", "b@h"), []), (("nodeup", "b@h"), ["b@h"])]


@pytest.mark.parametrize("end", [SimNode.crash, SimNode.stop])
def test_a_node_that_ends_is_down_for_every_peer_within_two_seconds(
    world: World, end: Callable[[SimNode], None]
) -> None:
    nodes = world.nodes("a@h", "b@h", "c@h", "d@h")
    for each in nodes[1:]:
        connect(nodes[0], each)
    last = nodes.pop()
    heard = [listen(each, to_nodes=True) for each in nodes]
    end(last)
    world.advance(2)
    assert heard == [[("nodedown", "d@h")]] * 3
    assert is_mesh(nodes)


def test_a_node_that_stops_is_down_at_once(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    a.stop()
    a.world.advance(0.01)
    assert b.run(node.list) == []


@pytest.mark.parametrize("pause", [0.0, 0.001, 0.3, 3.0])
def test_the_old_incarnation_goes_down_before_the_new_one_comes_up(world: World, pause: float) -> None:
    a, old = world.nodes("a@h", "b@h")
    connect(a, old)
    heard = listen(a, to_nodes=True)
    old.crash()
    world.advance(pause)
    new = world.node("b@h")
    for n in range(3):
        new.run(send, ("listener", "a@h"), n)
    world.advance(1)
    assert heard == [("nodedown", "b@h"), ("nodeup", "b@h"), 0, 1, 2]
    assert a.run(node.list) == ["b@h"]


def test_a_second_live_node_of_a_name_disturbs_nobody(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    heard = listen(a, to_nodes=True)
    second = a.world.node("b@h")
    assert second.run(node.ping, "a@h") == "pang"
    a.world.advance(10)
    assert heard == []
    assert b.run(node.ping, "a@h") == "pong"
    assert second.run(node.list) == []


def test_a_connection_is_announced_once_to_each_process_that_asked(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    heard = [listen(a, "one", to_nodes=True), listen(a, "two", to_nodes=True), listen(a, "deaf")]
    for one, other in ((a, b), (b, a), (a, b)):
        one.spawn(node.connect, other.name)
    world.advance(0.1)
    connect(a, b)
    assert heard == [[("nodeup", "b@h")], [("nodeup", "b@h")], []]


def test_who_asks_no_more_hears_no_more(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    told: list[object] = []

    def watch() -> None:
        node.monitor_nodes(False)  # of one who has never asked
        node.monitor_nodes()
        told.append(process.receive())
        node.monitor_nodes(False)
        told.append(process.receive())

    a.spawn(watch)
    a.world.settle()
    b.crash()
    a.world.advance(2)
    connect(a, a.world.node("b@h"))
    assert told == [("nodedown", "b@h")]


# ---------------------------------------------------------------------- stopped for a while


def test_a_node_that_stands_still_for_some_seconds_loses_nothing(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    heard = [listen(a, to_nodes=True), listen(b, to_nodes=True)]
    b.freeze()
    for n in range(3):
        a.run(send, ("listener", "b@h"), n)
        a.world.advance(1)
    b.thaw()
    a.world.advance(1)
    assert heard == [[], [0, 1, 2]]


def test_a_node_that_stands_still_for_minutes_is_down_and_can_be_connected_when_it_goes_on(
    pair: tuple[SimNode, SimNode],
) -> None:
    a, b = pair
    heard = [listen(a, to_nodes=True), listen(b, to_nodes=True)]
    b.freeze()
    a.world.advance(120)
    assert heard == [[("nodedown", "b@h")], []]
    b.thaw()
    a.world.advance(1)
    assert heard[1] == [("nodedown", "a@h")]
    assert b.run(node.ping, "a@h") == "pong"
    a.world.advance(0.1)
    assert [each[1:] for each in heard] == [[("nodeup", "b@h")], [("nodeup", "a@h")]]
