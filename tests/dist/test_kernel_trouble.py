"""Restarts, partitions, doubles, broken links, and peers that break the protocol."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from math import inf
from random import Random

import pytest

from pybeam.dist.carriers.carrier import Frame, Link, Part
from pybeam.dist.frames import Abort, Ack, Bye, Control, Credit, Fragment, Hello, Nodes, Open, Refuse, Sign
from pybeam.dist.wire import Batch, decode, encode
from pybeam.errors import NodeDown
from pybeam.runtime.ports import Kind, Target
from tests.dist.lab import Here, Lab, caller


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
    lab.here.remove(frozen)
    new = lab.node("b@h")
    new.connect(a)
    lab.run(1.0)
    assert a.notes.ups_and_downs("b@h") == ["nodeup"]
    lab.run(3.0)
    assert new.outcomes == [True]
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown", "nodeup"]
    lab.here.append(frozen)
    lab.run(10.0)
    assert frozen.nodes() == [] and a.nodes() == ["b@h"] == [*new.nodes(), "b@h"][1:]


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


@pytest.mark.parametrize("seed", range(10))
def test_all_that_a_dying_node_sent_and_that_arrived_is_heard_before_its_nodedown(seed: int) -> None:
    lab = Lab(seed)
    a, b = lab.pair()
    for n in range(100):
        b.send(a, n)
        b.kernel.flush()
    link_of(lab, a, b).lose_far_end()  # type: ignore[attr-defined]
    b.carrier.close = lambda: None  # type: ignore[method-assign]
    a.send(b, "this fails")
    lab.run(3.0)
    assert [note[0] for note in a.notes.log] == ["nodeup", *["send"] * 100, "nodedown"]


def link_of(lab: Lab, near: Here, far: Here) -> Link:
    (link,) = (link for link in lab.network.links if link.near is near.carrier and link.far is far.carrier)
    return link


def test_when_one_half_of_a_session_breaks_both_sides_drop_it_promptly() -> None:
    lab = Lab()
    a, b = lab.pair()
    link_of(lab, a, b).lose_far_end()  # type: ignore[attr-defined]
    lab.run(1.0)
    assert a.nodes() == [] == b.nodes()
    assert b.notes.ups_and_downs("a@h") == ["nodeup", "nodedown"]


def test_a_peer_that_missed_the_end_of_its_session_is_told_again_when_it_speaks() -> None:
    lab = Lab()
    a, b = lab.pair()
    tell = a.kernel._lines.tell
    a.kernel._lines.tell = lambda address, frame: None  # type: ignore[method-assign]
    link_of(lab, a, b).lose_far_end()  # type: ignore[attr-defined]
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


# ---------------------------------------------------------------------- peers that break the protocol


class Impostor:
    """Somebody with the cookie, who sends what he likes."""

    def __init__(self, lab: Lab, victim: Here, name: str = "x@h") -> None:
        self.lab = lab
        self.victim = victim
        self.name = name
        self.carrier = lab.network.carrier()
        self.link: Link = self.carrier.dial(victim.address)
        self.seq = 0
        self.got: list[object] = []
        lab.run(0.01)
        self.listen()

    def listen(self) -> None:
        for event in self.carrier.wait(0.0):
            if isinstance(event, Frame):
                self.got.append(decode(event.parts)[1])

    def say(self, *frames: Batch | Control | Sequence[Part]) -> None:
        for frame in frames:
            self.link.send(frame if isinstance(frame, Sequence) else encode(self.seq, frame))
            self.seq += 1
        self.lab.run(0.01)
        self.listen()

    def greet(self) -> None:
        """Come up as an honest node would."""
        self.say(Hello(self.name, 9, False, self.victim.name, 0, 1, 0, self.carrier.address, (3, 11)))
        (answer,) = (frame for frame in self.got if isinstance(frame, Hello))
        self.say(Ack(answer.nonce))
        assert self.victim.nodes()[-1] == self.name

    def heard_bye(self) -> bool:
        return any(isinstance(frame, Bye) for frame in self.got)


def batch(body: bytes = b"N.", count: int = 1) -> Batch:
    one = Batch()
    for _ in range(count):
        one.add(Kind.SEND, 1, 0, 1, body)
    return one


def overrun() -> list[Batch]:
    return [batch(pickle.dumps(bytes(400_000))) for _ in range(43)]


BREACHES: dict[str, Callable[[Impostor], object]] = {
    "noise": lambda x: x.say([b"\xff\xff\xff"]),
    "a gap": lambda x: x.say(encode(x.seq + 1, batch())),
    "the same again": lambda x: x.say(encode(x.seq - 1, batch())),
    "a second hello": lambda x: x.say(Hello("x@h", 9, False, "a@h", 0, 2, 0, "memory://1", (3, 11))),
    "an unknown stream": lambda x: x.say(Fragment(5, b"x")),
    "an abort of nothing": lambda x: x.say(Abort(5)),
    "too much credit": lambda x: x.say(Credit(1, 0)),
    "a message over the limit": lambda x: x.say(Open(1, Kind.SEND, 1, 0, 1, (2**40,))),
    "no node's name": lambda x: x.say(Nodes(("nonsense",))),
    "twice the window": lambda x: x.say(*overrun()),
    "a hello of another version": lambda x: x.say([foreign_hello(x)]),
}


def foreign_hello(x: Impostor) -> bytes:
    raw = bytearray(encode(x.seq, hello_of(x))[0])
    raw[9] = 9
    return bytes(raw)


def hello_of(x: Impostor) -> Hello:
    return Hello(x.name, 9, False, x.victim.name, 0, 9, 0, x.carrier.address, (3, 11))


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_of_the_protocol_ends_that_session_and_nothing_else(breach: str) -> None:
    lab = Lab()
    a, b = lab.pair()
    x = Impostor(lab, a)
    x.greet()
    x.say(batch())
    BREACHES[breach](x)
    lab.run(0.1)
    x.listen()
    assert a.notes.ups_and_downs("x@h") == ["nodeup", "nodedown"]
    assert x.heard_bye()
    a.send(b, "still here")
    lab.run(0.1)
    assert b.messages() == ["still here"] and a.notes.ups_and_downs("b@h") == ["nodeup"]


def test_nothing_counts_that_comes_behind_a_bad_frame() -> None:
    lab = Lab()
    a = lab.node("a@h")
    x = Impostor(lab, a)
    x.greet()
    x.say(batch(), [b"noise"], batch(), batch())
    assert len(a.messages()) == 1


@pytest.mark.parametrize(
    "frames",
    [
        [batch()],
        [Ack(1)],
        [Sign.ALIVE],
        [Nodes(("b@h",))],
        [Refuse(1, "no")],
        [Bye(1, 1, "go away")],
        [[b"noise"], [b"noise"]],
    ],
    ids=["signals", "ack", "alive", "nodes", "refuse", "bye", "noise"],
)
def test_nothing_is_taken_from_a_source_before_its_hello(frames: list[Batch | Control | list[bytes]]) -> None:
    lab = Lab()
    a, b = lab.pair()
    x = Impostor(lab, a)
    x.say(*frames)
    assert [note[0] for note in a.notes.log] == ["nodeup"] and a.nodes() == ["b@h"]
    a.send(b, "still here")
    lab.run(0.1)
    assert b.messages() == ["still here"]


def test_signals_before_the_handshake_is_through_end_it_and_are_not_opened() -> None:
    lab = Lab()
    a = lab.node("a@h")
    x = Impostor(lab, a)
    x.say(hello_of(x), batch(b"this is no pickle"))
    assert a.notes.log == []
    assert x.heard_bye() or not any(isinstance(frame, Hello) for frame in x.got)


def test_another_version_is_refused_with_a_reason() -> None:
    lab = Lab()
    a = lab.node("a@h")
    x = Impostor(lab, a)
    x.say([foreign_hello(x)])
    lab.run(0.1)
    x.listen()
    (refusal,) = x.got
    assert isinstance(refusal, Refuse) and refusal.nonce == 9 and "version" in refusal.why


def test_a_hello_with_an_impossible_name_is_ignored() -> None:
    lab = Lab()
    a = lab.node("a@h")
    x = Impostor(lab, a, name="no name")
    x.say(hello_of(x))
    lab.run(0.1)
    assert a.nodes() == [] and a.notes.log == []


@pytest.mark.parametrize("seed", range(5))
def test_mutated_frames_never_hurt_anybody_else(seed: int) -> None:
    lab = Lab(seed)
    a, b = lab.pair()
    random = Random(seed)
    for n in range(40):
        x = Impostor(lab, a, name=f"x{n}@h")
        frames = [encode(0, hello_of(x)), encode(1, Ack(1)), encode(2, batch(count=3)), encode(3, Nodes(("y@h",)))]
        victim = random.choice(frames)
        raw = bytearray(victim[0])
        raw[random.randrange(len(raw))] = random.getrandbits(8)
        victim[0] = bytes(raw)
        x.say(*frames)
    b.notes.answer = lambda request: request
    a.kernel.post(Kind.CALL, Target("b@h", 0, 1), 77, caller(5), "request", inf)
    lab.run(10.0)
    assert a.notes.told("reply") == [("reply", 5, 77, "request")]
    assert a.notes.ups_and_downs("b@h") == ["nodeup"]
