"""The functions of `pybeam.node`, between nodes on virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam import NodeDown, NodeStartError, node, process, rpc, send
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


@pytest.mark.parametrize("act", [node.ping, node.connect, node.disconnect, lambda name: node.spawn(name, print)])
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
    a, _ = world.nodes("a@h", "b@h")
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
    a, _ = pair
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


def test_without_a_home_directory_the_cookie_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("PYBEAM_COOKIE", raising=False)
    with pytest.raises(NodeStartError, match="set HOME, or give the cookie itself, with --cookie or PYBEAM_COOKIE"):
        node.start_node("a@127.0.0.1")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a user without an entry
    monkeypatch.delenv("HOME")
    with pytest.raises(NodeStartError, match="no home directory"):
        node.start_node("a@127.0.0.1")


@pytest.mark.parametrize("port", ["0", "65536", "٣", "9" * 5000, "many", ""])
def test_a_port_that_is_none_is_refused_in_one_short_line(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBEAM_EPMD_PORT", port)
    with pytest.raises(NodeStartError, match="is a number from 1 to 65535") as refused:
        node.start_node("a@127.0.0.1", cookie="a cookie for a test")
    assert len(str(refused.value)) < 200
