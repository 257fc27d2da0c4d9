"""Many nodes: one mesh, whatever the order in which they find each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from pybeam.dist.session import State
from pybeam.dist.sessions import JOIN_SECONDS
from tests.dist.lab import Here, Lab


def start(lab: Lab, count: int) -> list[Here]:
    return lab.nodes([f"n{n}" for n in range(count)])


@pytest.mark.parametrize("seed", range(25))
def test_five_nodes_that_start_at_once_form_one_mesh_with_one_session_a_pair(seed: int) -> None:
    lab = Lab(seed)
    nodes = start(lab, 5)
    for node in nodes:
        for other in nodes:
            if other is not node:
                node.connect(other)
    lab.run(2.0)
    assert lab.is_mesh()
    assert all(set(node.outcomes) == {True} for node in nodes)
    assert all(len(node.notes.told("nodeup", "nodedown")) == 4 for node in nodes)
    assert len(lab.network.links) == 5 * 4


@pytest.mark.parametrize("seed", range(25))
def test_a_chain_becomes_a_mesh_by_hearsay(seed: int) -> None:
    lab = Lab(seed)
    nodes = start(lab, 5)
    for one, next_one in pairwise(nodes):
        one.connect(next_one)
    lab.run(2.0)
    assert lab.is_mesh()


@pytest.mark.parametrize("seed", range(5))
def test_twenty_nodes_that_each_know_one_other_form_one_mesh(seed: int) -> None:
    lab = Lab(seed)
    nodes = start(lab, 20)
    for n, node in enumerate(nodes):
        node.connect(nodes[lab.random.randrange(n) if n else 1])
    lab.run(3.0)
    assert lab.is_mesh()
    assert all(len(node.notes.told("nodeup", "nodedown")) == 19 for node in nodes)
    assert len(lab.network.links) == 20 * 19


def test_twenty_nodes_that_all_connect_to_all_at_once_form_one_mesh() -> None:
    lab = Lab()
    nodes = start(lab, 20)
    for node in nodes:
        for other in nodes:
            node.connect(other)
    lab.run(3.0)
    assert lab.is_mesh()
    assert all(len(node.notes.told("nodeup", "nodedown")) == 19 for node in nodes)


def test_a_newcomer_is_connected_to_all_by_connecting_to_one() -> None:
    lab = Lab()
    nodes = start(lab, 4)
    for node in nodes[1:]:
        node.connect(nodes[0])
    lab.run(1.0)
    newcomer = lab.node("new@h")
    newcomer.connect(nodes[2])
    lab.run(1.0)
    assert lab.is_mesh()
    assert newcomer.nodes()[0] == nodes[2].name


def test_a_hidden_node_stays_out_of_the_mesh() -> None:
    lab = Lab()
    a, b, c = lab.nodes("abc")
    a.connect(b)
    b.connect(c)
    lab.run(1.0)
    hidden = lab.node("hidden@h", hidden=True)
    hidden.connect(a)
    lab.run(1.0)
    assert hidden.outcomes == [True] and hidden.nodes() == []
    assert a.nodes() == ["b@h", "c@h"] and set(b.nodes()) == {"a@h", "c@h"}
    assert not any("hidden@h" in note for node in (a, b, c) for note in node.notes.told("nodeup"))
    hidden.send(b, "hello")
    lab.run(1.0)
    assert b.messages() == ["hello"] and c.nodes() == ["b@h", "a@h"]


def test_two_meshes_become_one_by_one_connection() -> None:
    lab = Lab()
    nodes = start(lab, 6)
    for node in nodes[1:3]:
        node.connect(nodes[0])
    for node in nodes[4:]:
        node.connect(nodes[3])
    lab.run(1.0)
    nodes[1].connect(nodes[4])
    lab.run(1.0)
    assert lab.is_mesh()


def test_hearsay_of_a_node_makes_up_for_an_attempt_that_was_too_early() -> None:
    lab = Lab()
    a, b, c = lab.nodes("abc")
    b.connect(c)
    lab.run(1.0)
    asked: list[Callable[[str | None], None]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab, "lookup", lambda name, answer: asked.append(answer))
        a.connect(c)
    a.connect(b)
    lab.run(1.0)
    assert a.nodes() == ["b@h"]
    asked[0](None)
    lab.run(1.0)
    assert lab.is_mesh()


def test_a_disconnected_node_is_not_brought_back_by_hearsay_of_that_moment_but_is_later() -> None:
    lab = Lab()
    a, b, c = lab.nodes("abc")
    a.connect(b)
    b.connect(c)
    lab.run(1.0)
    assert lab.is_mesh()
    a.kernel.disconnect("c@h")
    newcomer = lab.node("d@h")
    newcomer.connect(c)
    lab.run(1.0)
    assert len(newcomer.nodes()) == 3 and set(a.nodes()) == {"b@h", "d@h"}
    lab.run(2.0)
    lab.node("e@h").connect(c)
    lab.run(1.0)
    assert lab.is_mesh()


def watch(lab: Lab, node: Here, name: str) -> list[tuple[bool, list[str], float]]:
    """Connect; what is put down when that is answered: how, the nodes then, and seconds until then."""
    seen: list[tuple[bool, list[str], float]] = []
    begin = lab.clock.now()
    node.kernel.connect(name, lambda connected: seen.append((connected, node.nodes(), lab.clock.now() - begin)))
    return seen


@pytest.mark.parametrize("seed", range(10))
def test_who_has_connected_to_one_node_of_a_mesh_finds_all_of_it_connected(seed: int) -> None:
    lab = Lab(seed)
    nodes = start(lab, 6)
    for node in nodes[1:]:
        node.connect(nodes[0])
    lab.run(1.0)
    seen = watch(lab, lab.node("new@h"), nodes[3].name)
    lab.run(1.5)
    ((connected, names, seconds),) = seen
    assert connected and set(names) == {node.name for node in nodes} and seconds < 0.1


def test_a_node_that_cannot_be_reached_delays_a_connect_no_longer_than_join_seconds() -> None:
    lab = Lab()
    a, b, c, lost = lab.nodes(["a", "b", "c", "lost"])
    b.connect(c)
    b.connect(lost)
    lab.run(1.0)
    lab.network.cut(a.address, lost.address)
    seen = watch(lab, a, b.name)
    lab.run(2.0)
    ((connected, names, seconds),) = seen
    assert connected and set(names) == {"b@h", "c@h"}
    assert JOIN_SECONDS <= seconds < JOIN_SECONDS + 0.1


def test_a_node_whose_address_nobody_knows_delays_no_connect() -> None:
    lab = Lab()
    a, b, _ = lab.nodes(["a", "b", "lost"])
    b.connect("lost@h")
    lab.run(1.0)
    del lab.book["lost@h"]
    seen = watch(lab, a, b.name)
    lab.run(2.0)
    ((connected, names, seconds),) = seen
    assert connected and names == ["b@h"] and seconds < 0.1


@pytest.mark.parametrize("seed", range(10))
def test_two_that_connect_to_each_other_at_once_both_find_the_mesh_of_the_other(seed: int) -> None:
    lab = Lab(seed)
    nodes = start(lab, 6)
    for node in nodes[1:3]:
        node.connect(nodes[0])
    for node in nodes[4:]:
        node.connect(nodes[3])
    lab.run(1.0)
    left, right = watch(lab, nodes[0], nodes[3].name), watch(lab, nodes[3], nodes[0].name)
    lab.run(1.5)
    assert [(up, len(names)) for up, names, _ in left + right] == [(True, 5)] * 2
    assert all(seconds < 0.1 for _, _, seconds in left + right)


def test_a_node_that_is_lost_while_its_mesh_is_waited_for_fails_the_connect() -> None:
    lab = Lab()
    a, b, lost = lab.nodes(["a", "b", "lost"])
    b.connect(lost)
    lab.run(1.0)
    lab.network.cut(a.address, lost.address)
    seen = watch(lab, a, b.name)
    lab.run(0.2)
    assert a.nodes() == ["b@h"] and seen == []
    b.kernel.disconnect("a@h")
    lab.run(0.2)
    assert [connected for connected, *_ in seen] == [False]


def test_a_connect_during_a_handshake_is_not_answered_for_the_session_before_it() -> None:
    lab = Lab()
    a, old, lost = lab.nodes(["a", "b", "lost"])
    old.connect(lost)
    lab.run(1.0)
    lab.network.cut(a.address, lost.address)
    first = watch(lab, a, "b@h")
    lab.run(0.2)
    assert a.nodes() == ["b@h"] and first == []
    lab.kill(old)
    new = lab.node("b@h")
    new.connect(a)
    session = a.kernel._sessions._peers["b@h"].session
    while session.state is not State.CALLING:
        lab.run(0.0001)
    lab.network.cut(a.address, new.address)
    second = watch(lab, a, "b@h")
    lab.run(7.0)  # the wait for the mesh of the old one ends in this time, and the attempt to reach "lost"
    assert [connected for connected, *_ in first + second] == [False, False]
