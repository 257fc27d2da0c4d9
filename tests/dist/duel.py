"""Two sessions that face each other, and a network between them in which anything may be late."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count

from pybeam.dist.frames import Ack, Bye, Control, Hello, Refuse, Sign
from pybeam.dist.session import (
    Bind,
    Dial,
    Effects,
    Failed,
    Fell,
    Find,
    Leave,
    Own,
    Say,
    Session,
    State,
    Tell,
    Up,
)


GRAVE = "a grave"
"""Where a node has just died: a link to it opens, and breaks at once."""


class Wire:
    """One link: what was sent on it and has not arrived."""

    def __init__(self, number: int, to: Side | None, is_grave: bool = False) -> None:
        self.source = b"%d" % number
        self.to = to
        self.open = False
        self.cut = False
        self.is_grave = is_grave
        self.flying: deque[Control | tuple[int, int]] = deque()


class Side:
    """One node: its session, its link, and what it has seen."""

    def __init__(self, duel: Duel, name: str, peer: str) -> None:
        self.duel = duel
        self.name = name
        self.address = f"at {name}"
        dials = count(1)
        self.session = Session(Own(name, 1, False, self.address, (3, 11)), peer, lambda: next(dials) << 8 | ord(name))
        self.wire: Wire | None = None
        self.source: bytes | None = None
        self.seen: list[str] = []
        self.finding: list[int] = []
        self.retired: dict[bytes, Leave] = {}

    def do(self, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case Find(attempt):
                    self.finding.append(attempt)
                case Dial(address):
                    self.hang_up()
                    self.wire = self.duel.dial(address)
                case Say(frame):
                    self.say(frame)
                case Tell(address, frame):
                    self.duel.tell(address, frame)
                case Leave(address, bye):
                    if self.source is not None:
                        self.retired[self.source] = effect
                    if not self.say(bye):
                        self.duel.tell(address, bye)
                    self.wire = None
                case Bind(source):
                    self.source = source
                case Up():
                    self.seen.append("up")
                case Fell() | Failed():
                    if isinstance(effect, Fell):
                        self.seen.append("down")
                    self.source = None
                    self.hang_up()

    def say(self, frame: Control | tuple[int, int]) -> bool:
        if self.wire is None or not self.wire.open or self.wire.cut:
            return False
        self.wire.flying.append(frame)
        return True

    def hang_up(self) -> None:
        if self.wire is not None:
            self.wire.cut = True
            self.wire = None

    def take(self, wire: Wire, frame: Control | tuple[int, int]) -> None:
        session = self.session
        known = wire.source == self.source
        if wire.source in self.retired:
            self.duel.tell(*self.retired[wire.source])
            return
        match frame:
            case Hello():
                alive = self.wire is not None and self.wire.open and not self.wire.cut
                self.do(session.heard(frame, wire.source, alive))
            case Refuse(nonce, why):
                self.do(session.refused(nonce, why))
            case Bye():
                self.do(session.left(frame))
            case Ack(nonce) if known:
                self.do(session.acked(nonce))
            case Sign.PROBE if known:
                self.do(session.probed())
            case Sign.ALIVE if known:
                self.do(session.alive())
            case (mine, theirs) if known:
                assert session.state is State.UP, "a signal came before the session was up"
                assert session.pair == (theirs, mine), "a signal of another session came through"

    def start(self) -> None:
        self.do(self.session.start())

    def drop(self) -> None:
        self.do(self.session.drop("on purpose"))

    def tick(self) -> None:
        self.do(self.session.tick())

    def signal(self) -> None:
        if self.session.state is State.UP:
            self.say(self.session.pair)


class Duel:
    """Two sides, and everything that can happen next.

    Args:
        stale: the address to which the resolver sends everybody: where nobody listens, or a `GRAVE`.
    """

    def __init__(self, stale: str | None = None) -> None:
        self.a, self.b = Side(self, "a", "b"), Side(self, "b", "a")
        self.wires: list[Wire] = []
        self.stale = stale
        self.tells: list[tuple[Wire, Control]] = []

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.a, self.b

    def dial(self, address: str) -> Wire:
        to = next((side for side in self.sides if side.address == address), None)
        wire = Wire(len(self.wires), to, is_grave=address == GRAVE)
        self.wires.append(wire)
        return wire

    def tell(self, address: str, frame: Control) -> None:
        wire = self.dial(address)
        if wire.to is not None:
            wire.open = True
            wire.flying.append(frame)

    def events(self) -> list[Callable[[], None]]:
        """What can happen next without anybody's doing: each by itself, in any order."""
        found = [partial(self._find, side) for side in self.sides if side.finding]
        answered = [partial(self._answer, side) for side in self.sides if side.wire and not side.wire.open]
        arrived = [partial(self._arrive, wire) for wire in self.wires if wire.flying]
        broken = [partial(self._notice, side) for side in self.sides if side.wire and side.wire.cut]
        return [*found, *answered, *arrived, *broken]

    def deeds(self) -> list[Callable[[], None]]:
        """What the nodes, or bad luck, may do at any time."""
        deeds: list[Callable[[], None]] = []
        for side in self.sides:
            deeds += [side.start, side.signal, side.drop, side.tick]
        return deeds + [partial(self._cut, wire) for wire in self.wires if wire.open and not wire.cut]

    def calm(self) -> None:
        """Let everything happen, and time pass until no handshake can be running any more."""
        for _ in range(40):
            for _ in range(1000):
                events = self.events()
                if not events:
                    break
                events[0]()
            else:
                raise AssertionError("the two never come to rest")
            for side in self.sides:
                side.tick()
                side.signal()

    def _find(self, side: Side) -> None:
        other = self.b if side is self.a else self.a
        side.do(side.session.found(side.finding.pop(0), self.stale or other.address))

    def _answer(self, side: Side) -> None:
        wire = side.wire
        assert wire is not None
        if wire.is_grave:
            wire.open = wire.cut = True
            side.do(side.session.opened())
        elif wire.to is None or wire.cut:
            side.wire = None
            side.do(side.session.lost("connection refused"))
        else:
            wire.open = True
            side.do(side.session.opened())

    def _arrive(self, wire: Wire) -> None:
        assert wire.to is not None
        wire.to.take(wire, wire.flying.popleft())

    def _notice(self, side: Side) -> None:
        side.do(side.session.broke())

    def _cut(self, wire: Wire) -> None:
        wire.cut = True
        kept = len(wire.flying) // 2
        while len(wire.flying) > kept:
            wire.flying.pop()
