"""Restarts, partitions, doubles and broken links."""

from __future__ import annotations

import pytest

from pybeam.dist.carriers.memory_link import MemoryLink
from pybeam.errors import NodeDown
from pybeam.terms import Pid
from tests.dist.lab import Here, Lab


def alternate(events: list[str]) -> bool:
    return events == (["nodeup", "nodedown"] * len(events))[: len(events)]


# ---------------------------------------------------------------------- nodes that come back


@pytest.mark.parametrize("seed", range(20))
def test_a_restarted_node_is_a_new_one_and_gets_nothing_that_was_meant_for_the_old(seed: int) -> None:
    lab = Lab(seed)
    a, old = lab.pair()
    for n in range(50):
        a.send(old, ("for", old.creation, n), creation=old.creation)
        if n == 25:
            lab.run(lab.random.uniform(0, 0.002))
            lab.kill(old)
            new = lab.node("b@h")
            new.connect(a)
    lab.run(5.0)
    assert new.outcomes == [True]
    assert new.messages() == []
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown", "nodeup"]
    a.send(new, "for the new one", creation=new.creation)
    lab.run(0.1)
    assert new.messages() == ["for the new one"]


def test_a_restarted_node_that_takes_the_same_address_gets_nothing_that_was_meant_for_the_old() -> None:
    lab = Lab()
    a, old = lab.pair()
    address = old.address
    a.send(old, "for the old one")
    lab.kill(old)
    original = lab.network.carrier
    lab.network.carrier = lambda: original(address=address)  # type: ignore[method-assign,assignment,misc]
    new = lab.node("b@h")
    ref = a.call(new, "for the old one")
    lab.run(5.0)
    assert new.address == address and new.notes.told("send", "call") == []
    ((_, _, failed, error),) = a.notes.told("fail")
    assert failed == ref and isinstance(error, NodeDown)
    a.connect(new)
    lab.run(1.0)
    assert a.nodes() == ["b@h"] and new.nodes() == ["a@h"]


def test_a_second_live_node_of_the_same_name_is_refused_and_the_first_keeps_its_session() -> None:
    lab = Lab()
    a, first = lab.pair()
    second = lab.node("b@h")
    second.connect(a)
    for n in range(20):
        a.send(first, n)
        lab.run(0.1)
    assert second.outcomes == [False] and second.nodes() == []
    assert first.messages() == list(range(20))
    assert a.notes.ups_and_downs("b@h") == ["nodeup"]


def test_a_frozen_node_is_down_before_its_successor_is_up() -> None:
    lab = Lab()
    a, frozen = lab.pair()
    frozen.send(a, "from the old one")
    lab.run(0.1)
    lab.here.remove(frozen)
    new = lab.node("b@h")
    new.connect(a)
    lab.run(1.0)
    assert a.notes.ups_and_downs("b@h") == ["nodeup"]
    lab.run(3.0)
    assert new.outcomes == [True]
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown", "nodeup"]
    lab.here.append(frozen)
    new.send(a, "from the new one")
    lab.run(10.0)
    assert (frozen.nodes(), a.nodes(), new.nodes()) == ([], ["b@h"], ["a@h"])
    senders = [note[3] for note in a.notes.told("send")]
    assert senders == [Pid("b@h", frozen.creation, 1), Pid("b@h", new.creation, 1)]


# ---------------------------------------------------------------------- the network between them


@pytest.mark.parametrize("one_way", [False, True])
def test_a_partition_takes_both_sides_down_and_after_it_they_can_connect(one_way: bool) -> None:
    lab = Lab()
    a, b = lab.pair()
    lab.network.cut(a.address, b.address, one_way=one_way)
    lab.run(20.0)
    assert a.nodes() == [] == b.nodes()
    lab.network.heal()
    b.connect(a)
    lab.run(2.0)
    assert a.nodes() == ["b@h"] and b.nodes() == ["a@h"]


@pytest.mark.parametrize("seed", range(10))
def test_a_flapping_network_never_leaves_the_two_in_disagreement(seed: int) -> None:
    lab = Lab(seed)
    a, b = lab.pair()
    for _ in range(40):
        lab.network.cut(a.address, b.address, one_way=lab.random.random() < 0.5)
        lab.run(lab.random.uniform(0, 12))
        lab.network.heal()
        lab.random.choice([a, b]).connect(b if lab.random.random() < 0.5 else a)
        lab.run(lab.random.uniform(0, 2))
    lab.run(30.0)
    assert bool(a.nodes()) == bool(b.nodes())
    assert alternate(a.notes.ups_and_downs("b@h")) and alternate(b.notes.ups_and_downs("a@h"))
    a.connect(b)
    lab.run(1.0)
    a.send(b, "at last")
    lab.run(1.0)
    assert b.messages() == ["at last"]


@pytest.mark.parametrize("seed", range(10))
def test_what_arrives_of_a_session_is_a_prefix_of_what_was_sent_in_it(seed: int) -> None:
    lab = Lab(seed)
    a, b = lab.pair()
    for n in range(400):
        a.send(b, n, sender=1 + n % 3)
        if n % 3 == 0:
            lab.run(lab.random.uniform(0, 0.001))
        if n == 200:
            lab.network.cut(a.address, b.address)
        if n == 300:
            lab.run(20.0)
            lab.network.heal()
    lab.run(5.0)
    log = [note[0] if note[0] != "send" else note[2] for note in b.notes.log]
    down = log.index("nodedown")
    first, second = log[1:down], log[down + 2 :]
    assert first == list(range(len(first))) and 0 < len(first) <= 301
    assert second == list(range(400 - len(second), 400)) and len(second) > 90


def test_all_that_has_arrived_from_a_node_is_heard_before_its_nodedown() -> None:
    lab = Lab()
    a, b = lab.pair()
    lab.here.remove(a)
    for n in range(100):
        b.send(a, n)
        b.kernel.flush()
    lab.run(0.1)
    link_of(lab, a, b).lose_far_end()
    lab.run(1.0)
    lab.here.append(a)
    lab.run(1.0)
    assert [note[0] for note in a.notes.log] == ["nodeup", *["send"] * 100, "nodedown"]


def test_a_link_that_fails_while_the_successor_says_hello_does_not_take_the_successor_with_it() -> None:
    lab = Lab()
    a, old = lab.pair()
    lab.run(0.5)
    lab.here.remove(a)
    lab.kill(old)
    new = lab.node("b@h")
    new.connect(a)
    a.send(old, "for the old one", creation=old.creation)
    lab.run(0.1)
    lab.here.append(a)
    lab.run(0.1)
    assert new.outcomes == [True] and new.messages() == []
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown", "nodeup"]


@pytest.mark.parametrize("killed_first", [True, False])
def test_a_call_of_a_restarted_node_waits_while_its_peer_still_has_a_link_to_the_one_before(killed_first: bool) -> None:
    lab = Lab()
    a, old = lab.nodes("ab")
    a.notes.answer = lambda request: request
    lab.here.remove(old)
    a.send(old, "for the old one", creation=old.creation)
    to_the_name = a.call(old, "for whoever has the name")
    lab.run(0.1)
    if killed_first:
        lab.network.crash(old.address)
    new = lab.node("b@h")
    new.notes.answer = lambda request: request
    ref = new.call(a, "the first")
    lab.run(0.1)
    if not killed_first:
        lab.network.crash(old.address)
    lab.run(0.5)
    assert new.notes.told("reply", "fail") == [("reply", 1, ref, "the first")]
    assert a.notes.told("reply", "fail") == [("reply", 1, to_the_name, "for whoever has the name")]
    assert new.messages() == []
    assert a.notes.ups_and_downs("b@h") == ["nodeup"] == new.notes.ups_and_downs("a@h")


def link_of(lab: Lab, near: Here, far: Here) -> MemoryLink:
    (link,) = (link for link in lab.network.links if link.near is near.carrier and link.far is far.carrier)
    return link


def test_when_one_half_of_a_session_breaks_both_sides_drop_it_promptly() -> None:
    lab = Lab()
    a, b = lab.pair()
    link_of(lab, a, b).lose_far_end()
    lab.run(1.0)
    assert a.nodes() == [] == b.nodes()
    assert b.notes.ups_and_downs("a@h") == ["nodeup", "nodedown"]


def test_a_peer_that_missed_the_end_of_its_session_is_told_again_when_it_speaks() -> None:
    lab = Lab()
    a, b = lab.pair()
    tell = a.kernel._lines.tell
    a.kernel._lines.tell = lambda address, frame: None  # type: ignore[method-assign]
    link_of(lab, a, b).lose_far_end()
    lab.run(3.0)
    assert (a.nodes(), b.nodes()) == ([], ["a@h"])
    a.kernel._lines.tell = tell  # type: ignore[method-assign]
    b.send(a, "anybody there?")
    lab.run(1.0)
    assert b.nodes() == [] and a.messages() == []


def test_a_peer_that_is_silent_for_a_minute_is_given_up() -> None:
    lab = Lab()
    a, b = lab.pair()
    lab.here.remove(b)
    lab.run(45.0)
    assert a.nodes() == ["b@h"]
    lab.run(30.0)
    assert a.nodes() == []


def test_a_node_that_was_stopped_for_long_does_not_blame_its_peers() -> None:
    lab = Lab()
    a, b = lab.pair()
    lab.here.remove(a)
    lab.run(44.0)
    lab.here.append(a)
    lab.run(5.0)
    assert a.notes.ups_and_downs("b@h") == ["nodeup"] == b.notes.ups_and_downs("a@h")


def test_a_mesh_is_whole_again_after_a_partition_and_one_connection_each() -> None:
    lab = Lab()
    nodes = lab.nodes("abcdef")
    for node in nodes[1:]:
        node.connect(nodes[0])
    lab.run(1.0)
    for left in nodes[:3]:
        for right in nodes[3:]:
            lab.network.cut(left.address, right.address)
    lab.run(20.0)
    assert all(len(node.nodes()) == 2 for node in nodes)
    lab.network.heal()
    nodes[0].connect(nodes[5])
    lab.run(2.0)
    assert lab.is_mesh()
    assert all(alternate(x.notes.ups_and_downs(y.name)) for x in nodes for y in nodes)
