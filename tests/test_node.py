"""Nodes among each other, as a program sees it: who is connected, who hears of it, and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from pybeam import NodeDown, node, process, rpc, send
from pybeam.terms import Pid
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


# ---------------------------------------------------------------------- ping, connect, self


def test_ping_is_pong_for_a_node_that_can_be_connected_and_connects_it(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    assert a.run(node.ping, "b@h") == "pong"
    assert a.run(node.list) == ["b@h"]
    world.advance(0.1)
    assert b.run(node.list) == ["a@h"]


def test_ping_is_pang_for_an_unknown_name_at_once(world: World) -> None:
    a = world.node("a@h")
    assert a.run(node.ping, UNREACHABLE) == "pang"
    assert not a.run(node.connect, UNREACHABLE)
    assert world.clock.now() == 0


def test_ping_is_pang_for_a_node_that_was_killed(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    b.crash()
    assert a.run(node.ping, "b@h") == "pang"
    assert world.clock.now() < 1


def test_ping_across_a_cut_is_pang_within_six_seconds(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    world.cut(a, b)
    assert a.run(node.ping, "b@h") == "pang"
    assert world.clock.now() <= 6
    world.heal()
    assert a.run(node.ping, "b@h") == "pong"


def test_a_node_is_connected_to_itself_and_does_not_list_itself(world: World) -> None:
    a = world.node("a@h")
    assert a.run(node.ping, "a@h") == "pong"
    assert a.run(node.connect, "a@h")
    assert a.run(node.list) == []
    assert not a.run(node.disconnect, "a@h")


def test_self_is_the_name_of_the_node_on_which_it_is_asked(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    assert a.run(node.self) == "a@h"
    assert a.run(rpc.call, "b@h", node.self) == "b@h"
    assert b.run(node.self) == "b@h"


def test_list_names_the_nodes_in_the_order_in_which_they_came(world: World) -> None:
    a, *others = world.nodes("a@h", "d@h", "b@h", "c@h")
    for other in others:
        connect(a, other)
    assert a.run(node.list) == ["d@h", "b@h", "c@h"]


@pytest.mark.parametrize("act", [node.ping, node.connect, node.disconnect, partial(node.spawn, fun=print)])
@pytest.mark.parametrize("name", ["", "a", "@h", "a@", "a@b@c", "a b@h", "ä@h", "a@h\n", "a" * 254 + "@h", None, 7])
def test_a_malformed_name_is_a_value_error_that_shows_it(act: Callable[[Any], object], name: object) -> None:
    with pytest.raises(ValueError, match=r"name"):
        World().node("a@h").run(act, name)


def test_another_cookie_is_pang_from_both_sides_and_connects_nothing(world: World) -> None:
    a, stranger = world.node("a@h", cookie="one cookie"), world.node("b@h", cookie="another")
    heard = listen(a, to_nodes=True)
    assert a.run(node.ping, "b@h") == "pang"
    assert stranger.run(node.ping, "a@h") == "pang"
    with pytest.raises(NodeDown):
        stranger.run(rpc.call, "a@h", node.self)
    assert world.clock.now() < 1
    assert a.run(node.list) == stranger.run(node.list) == heard == []


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
        assert sorted(events) == sorted(("nodeup", name) for name in names(nodes) - {each.name})


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


# ---------------------------------------------------------------------- disconnect


def test_disconnect_is_seen_on_both_sides_at_once_and_says_whether_there_was_a_connection(
    pair: tuple[SimNode, SimNode],
) -> None:
    a, b = pair
    heard = [listen(a, to_nodes=True), listen(b, to_nodes=True)]
    assert a.run(node.disconnect, "b@h")
    assert a.run(node.list) == []
    a.world.advance(0.01)
    assert b.run(node.list) == []
    assert heard == [[("nodedown", "b@h")], [("nodedown", "a@h")]]
    assert not a.run(node.disconnect, "b@h")
    assert not b.run(node.disconnect, "a@h")
    assert not a.run(node.disconnect, UNREACHABLE)


def test_what_was_sent_before_a_disconnect_arrives(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    heard = listen(b, to_nodes=True)

    def send_and_leave() -> None:
        for n in range(100):
            send(("listener", "b@h"), n)
        node.disconnect("b@h")

    a.run(send_and_leave)
    a.world.advance(0.1)
    assert heard == [*range(100), ("nodedown", "a@h")]


def test_a_disconnected_node_stays_so_until_somebody_wants_it(world: World) -> None:
    a, b, c = nodes = world.nodes("a@h", "b@h", "c@h")
    connect(a, b)
    connect(c, b)
    assert is_mesh(nodes)
    a.run(node.disconnect, "b@h")
    world.advance(60)
    assert (a.run(node.list), b.run(node.list)) == (["c@h"], ["c@h"])
    assert a.run(node.ping, "b@h") == "pong"
    world.advance(0.1)
    assert is_mesh(nodes)


# ---------------------------------------------------------------------- spawn


def test_spawn_starts_a_process_on_the_other_node_and_gives_its_pid(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    heard = listen(a)

    def tell(to: Pid, what: str) -> None:
        send(to, (what, node.self(), process.self()))

    def start() -> Pid:
        return node.spawn("b@h", tell, process.whereis("listener"), "hello")

    pid = a.run(start)
    world.advance(0.1)
    assert pid.node == "b@h"
    assert heard == [("hello", "b@h", pid)]


def test_a_spawned_process_gets_what_is_sent_to_its_pid(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    heard = listen(a)

    def echo(to: tuple[str, str]) -> None:
        send(to, ("got", process.receive()))

    def start_and_send() -> None:
        send(node.spawn("b@h", echo, ("listener", "a@h")), "this")

    a.run(start_and_send)
    a.world.advance(0.1)
    assert heard == [("got", "this")]


def test_spawn_on_a_node_that_cannot_be_reached_is_node_down(world: World) -> None:
    with pytest.raises(NodeDown, match=UNREACHABLE):
        world.node("a@h").run(node.spawn, UNREACHABLE, print)


def test_spawn_on_ones_own_node_is_a_process_like_any(world: World) -> None:
    a = world.node("a@h")
    pid = a.run(lambda: node.spawn("a@h", process.receive))
    assert a.run(process.alive, pid)


def test_a_spawned_process_outlives_the_node_that_spawned_it(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    pid = a.run(lambda: node.spawn("b@h", process.receive))
    a.crash()
    b.world.advance(5)
    assert b.run(process.alive, pid)
