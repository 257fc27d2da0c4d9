"""The handshake with one peer, and the end of it: a state machine.

Pure: events in, effects out. It owns no link, reads no clock (time comes as `tick`) and pickles
nothing; `kernel` carries the effects out.

Two nodes have one session, made of two links: each side dials one, and sends only on its own. A
side is up when it has the peer's HELLO and knows that the peer has its own. Everything that a
side sends after that comes behind its HELLO and its ACK on the same link, so the peer is up when
it arrives.

Every dial has a fresh nonce, and a node's nonces grow. That settles the races: a HELLO with a
lower nonce than one already seen is old news, one with a higher nonce says that the peer has
begun anew, and one that answers a nonce no longer in use is refused. Nodes that dial each other
at once need no tie-break: each takes the other's HELLO as the answer and acknowledges it on the
link that it has dialled itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from .frames import Ack, Bye, Control, Hello, Refuse, Sign

HANDSHAKE_TICKS = 10
"""Ticks (half a second each) until a handshake is given up."""

PROBE_TICKS = 4
"""Ticks that a peer has to show that it lives, when another claims its name."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a node says of itself in HELLO; see `frames.Hello`."""

    name: str
    creation: int
    hidden: bool
    address: str
    python: tuple[int, int]


class State(Enum):
    IDLE = "idle"
    CALLING = "calling"
    UP = "up"


class Find(NamedTuple):
    """Look the peer's address up, then call `found` with the same `attempt`."""

    attempt: int


class Dial(NamedTuple):
    """Close the own link, if there is one, and dial a fresh one."""

    address: str


class Say(NamedTuple):
    """Send on the own link."""

    frame: Control


class Tell(NamedTuple):
    """Send on a link dialled for this alone."""

    address: str
    frame: Refuse | Bye


class Leave(NamedTuple):
    """Send on the own link and close it; where that fails, `Tell`."""

    address: str
    frame: Bye


class Bind(NamedTuple):
    """From now on the peer's frames are those of this source, and of no other."""

    source: bytes


class Up(NamedTuple):
    """The session begins."""


class Fell(NamedTuple):
    """The session has ended. What has arrived of it still counts."""

    why: str


class Failed(NamedTuple):
    """The handshake has ended without a session."""

    why: str


Effect = Find | Dial | Say | Tell | Leave | Bind | Up | Fell | Failed
Effects = list[Effect]


class Session:
    """One peer, from one side.

    Attributes:
        state: `UP` while the session lives.
        hello: the peer's, once it has come.
        open: whether the own link has opened.

    Args:
        own: what this side says of itself.
        peer: the peer's name.
        draw: gives a fresh nonce, higher than all before.
    """

    def __init__(self, own: Own, peer: str, draw: Callable[[], int]) -> None:
        self._own = own
        self._peer = peer
        self._draw = draw
        self._attempt = 0
        self._reset()

    def _reset(self) -> None:
        self.state = State.IDLE
        self.hello: Hello | None = None
        self._nonce = 0
        self._dialled: str | None = None
        self.open = False
        self._acked = False
        self._ticks = 0
        self._newcomer: tuple[Hello, bytes] | None = None

    @property
    def pair(self) -> tuple[int, int]:
        """The nonces of both sides, the own one first; 0 for none."""
        return self._nonce, self.hello.nonce if self.hello else 0

    # ------------------------------------------------------------------ the own side

    def start(self) -> Effects:
        """Somebody wants a connection."""
        if self.state is not State.IDLE:
            return []
        self._begin()
        return [Find(self._attempt)]

    def found(self, attempt: int, address: str | None) -> Effects:
        """The answer to `Find`."""
        if self.state is not State.CALLING or attempt != self._attempt or self._dialled is not None:
            return []
        return self._dial(address) if address is not None else self._end("nobody knows its address")

    def opened(self) -> Effects:
        """The own link is open."""
        self.open = True
        own, (nonce, answers) = self._own, self.pair
        to_creation = self.hello.creation if self.hello else 0
        hello = Hello(
            own.name, own.creation, own.hidden, self._peer, to_creation, nonce, answers, own.address, own.python
        )
        return [Say(hello)]

    def lost(self, why: str) -> Effects:
        """The own link could not be opened."""
        return self._dial_elsewhere() or self._end(why)

    def broke(self) -> Effects:
        """The own link was open, and is no more."""
        # It may have led to a dead incarnation, while the next one has said HELLO and waits for this side's.
        elsewhere = self._dial_elsewhere() if self.state is State.CALLING else []
        return elsewhere or self.drop("the connection broke")

    def drop(self, why: str) -> Effects:
        """End it, and tell the peer."""
        return self._end(why, tell=True) if self.state is not State.IDLE else []

    def tick(self) -> Effects:
        """Half a second has gone."""
        self._ticks += 1
        if self.state is State.CALLING and self._ticks > HANDSHAKE_TICKS:
            return self._end("no handshake in time", tell=True)
        if self._newcomer is not None and self._ticks > PROBE_TICKS:
            return self._end("silent, while another incarnation has come", tell=True)
        return []

    # ------------------------------------------------------------------ the peer's side

    def heard(self, hello: Hello, source: bytes, link_alive: bool) -> Effects:
        """A HELLO in the peer's name has come.

        Args:
            source: where it came from.
            link_alive: whether the own link is open, asked just now.
        """
        objection = self._objection(hello)
        if objection is not None:
            return [self._turn_away(hello, objection)]
        known = self.hello
        if self.state is State.IDLE:
            return self._accept(hello, source)
        if known is None:
            return self._meet(hello, source)
        if hello.creation != known.creation:
            return self._contest(hello, source, link_alive)
        if hello.nonce <= known.nonce:
            return []
        if self.state is State.CALLING and hello.answers == self._nonce:
            return self._meet(hello, source)
        return self._replace("it has connected anew", hello, source)

    def acked(self, nonce: int) -> Effects:
        """ACK, from the bound source."""
        self._acked = self._acked or nonce == self._nonce
        return self._rise()

    def refused(self, nonce: int, why: str) -> Effects:
        """REFUSE, from anywhere."""
        if self.state is not State.CALLING or nonce != self._nonce:
            return []
        return self._dial_elsewhere() or self._end(f"refused: {why}")

    def left(self, bye: Bye) -> Effects:
        """BYE, from anywhere: it counts when its nonces are those of this session."""
        nonce, theirs = self.pair
        if theirs and bye.nonce == theirs and bye.yours in (nonce, 0):
            return self._end(bye.why)
        if self.state is not State.CALLING or nonce == 0 or bye.yours != nonce:
            return []
        # An earlier attempt of the peer took this side's HELLO with it when it ended. If the peer
        # has begun anew it still waits for one, and would wait for the whole handshake time.
        return self._dial(self.hello.address) if self.hello is not None else self._end(bye.why)

    def probed(self) -> Effects:
        """PROBE, from the bound source."""
        return [Say(Sign.ALIVE)]

    def alive(self) -> Effects:
        """ALIVE, from the bound source."""
        if self._newcomer is None:
            return []
        hello, _ = self._newcomer
        self._newcomer = None
        return [self._turn_away(hello, f"another node has the name {self._peer} and is alive")]

    # ------------------------------------------------------------------ decisions

    def _objection(self, hello: Hello) -> str | None:
        own = self._own
        if hello.to != own.name:
            return f"this is {own.name}, not {hello.to}"
        if hello.name == own.name:
            return f"{own.name} is this node's own name"
        if hello.to_creation not in (0, own.creation):
            return f"this is another incarnation of {own.name}"
        if hello.answers not in (0, self._nonce):
            return "it answers an attempt that was given up"
        return None

    def _accept(self, hello: Hello, source: bytes) -> Effects:
        self._begin()
        return self._meet(hello, source)

    def _meet(self, hello: Hello, source: bytes) -> Effects:
        self.hello = hello
        effects: Effects = [Bind(source)]
        if self.open:
            effects.append(Say(Ack(hello.nonce)))
        elif self._dialled is None:
            effects += self._dial(hello.address)
        self._acked = self._acked or (hello.answers != 0 and hello.answers == self._nonce)
        return effects + self._rise()

    def _replace(self, why: str, hello: Hello, source: bytes) -> Effects:
        effects: Effects = [Fell(why)] if self.state is State.UP else []
        return effects + self._accept(hello, source)

    def _contest(self, hello: Hello, source: bytes, link_alive: bool) -> Effects:
        # A restarted node comes back under its name before anybody has seen the old one die;
        # but a second live node must not push the first one out.
        assert self.hello is not None
        if self.state is State.CALLING:
            nonce, theirs = self.pair
            told = Tell(self.hello.address, Bye(nonce, theirs, "another incarnation has come"))
            return [told, *self._accept(hello, source)]
        if not link_alive:
            return self._replace("another incarnation has come", hello, source)
        effects: Effects = []
        if self._newcomer is None:
            self._ticks = 0
        elif self._newcomer[0].creation != hello.creation:
            # A node that restarts twice in a row: the one before has most likely died already.
            effects.append(self._turn_away(self._newcomer[0], f"yet another {self._peer} has come"))
        self._newcomer = hello, source
        return [*effects, Say(Sign.PROBE)]

    def _turn_away(self, hello: Hello, why: str) -> Tell:
        return Tell(hello.address, Refuse(hello.nonce, why))

    def _begin(self) -> None:
        attempt = self._attempt
        self._reset()
        self._attempt = attempt + 1
        self.state = State.CALLING

    def _dial(self, address: str) -> Effects:
        self._nonce = self._draw()
        self._dialled = address
        self.open = self._acked = False
        return [Dial(address)]

    def _dial_elsewhere(self) -> Effects:
        # The resolver was wrong or late, but the peer itself has said meanwhile where it listens.
        if self.hello is None or self.hello.address == self._dialled:
            return []
        return self._dial(self.hello.address)

    def _rise(self) -> Effects:
        if self.state is not State.CALLING or self.hello is None or not self._acked:
            return []
        self.state = State.UP
        return [Up()]

    def _end(self, why: str, *, tell: bool = False) -> Effects:
        effects: Effects = []
        address = self.hello.address if self.hello is not None else self._dialled
        if tell and address is not None and (self.open or self.hello is not None):
            effects.append(Leave(address, Bye(*self.pair, why)))
        effects.append(Fell(why) if self.state is State.UP else Failed(why))
        newcomer = self._newcomer
        self._reset()
        return effects + (self._accept(*newcomer) if newcomer is not None else [])
