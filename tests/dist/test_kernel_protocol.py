"""Peers that break the protocol: their session ends, and nothing else."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from math import inf
from random import Random

import pytest

from pybeam.dist.batch import Batch
from pybeam.dist.carriers.carrier import Frame, Link, Part
from pybeam.dist.frames import Abort, Ack, Bye, Control, Credit, Fragment, Hello, Nodes, Open, Refuse, Sign
from pybeam.dist.wire import decode, encode
from pybeam.runtime.ports import Kind, Target
from tests.dist.lab import Here, Lab, caller


class Impostor:
    """Somebody with the cookie, who sends what he likes."""

    def __init__(self, lab: Lab, victim: Here, name: str = "x@h") -> None:
        self.lab = lab
        self.victim = victim
        self.name = name
        self.carrier = lab.network.carrier()
        # What is said at once arrives at once: given in portions, too much would earn credit on the way.
        lab.network.set_delay(self.carrier.address, victim.address, 0.001, 0.001)
        self.link: Link = self.carrier.dial(victim.address)
        self.seq = 0
        self.got: list[object] = []
        lab.run(0.01)
        self.listen()

    def listen(self) -> None:
        for event in self.carrier.wait(0.0):
            if isinstance(event, Frame):
                self.got.append(decode(event.parts, [])[1])

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
    one = Batch({})
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


@pytest.mark.parametrize("bad", [[b"noise"], Abort(5)], ids=["noise", "nonsense"])
def test_nothing_counts_that_comes_behind_a_bad_frame(bad: Control | list[bytes]) -> None:
    lab = Lab()
    a = lab.node("a@h")
    x = Impostor(lab, a)
    x.greet()
    x.say(batch(), bad, batch(), batch())
    assert len(a.messages()) == 1


def test_hearsay_of_a_hidden_node_is_not_heard() -> None:
    lab = Lab()
    a, c = lab.nodes("ac")
    x = Impostor(lab, a)
    x.say(Hello("x@h", 9, True, "a@h", 0, 1, 0, x.carrier.address, (3, 11)))
    (answer,) = (frame for frame in x.got if isinstance(frame, Hello))
    x.say(Ack(answer.nonce), batch(), Nodes(("c@h",)))
    assert len(a.messages()) == 1
    assert a.nodes() == [] == c.nodes()


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
