"""Many nodes: one mesh, whatever the order in which they find each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

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


def test_who_has_connected_to_one_node_of_a_mesh_finds_all_of_it_connected() -> None:
    lab = Lab()
    nodes = start(lab, 6)
    for node in nodes[1:]:
        node.connect(nodes[0])
    lab.run(1.0)
    newcomer = lab.node("new@h")
    seen: list[list[str]] = []
    newcomer.kernel.connect(nodes[3].name, lambda connected: seen.append(newcomer.nodes()))
    lab.run(1.0)
    assert [len(names) for names in seen] == [6]
