"""One link of a `MemoryNetwork`: what is on its way, what a cut holds up, and when the sender learns of a loss."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import TYPE_CHECKING

from .carrier import MAX_PART, Event, Frame, Lost, Opened, Part
from .gate import CUT_OFF

if TYPE_CHECKING:
    from .memory import MemoryCarrier, MemoryNetwork

PATIENCE = 5.0
"""Seconds that a dialled link has to open."""

RETRY = 1.0
"""Seconds between two tries of a dial that gets no answer."""

Stage = Enum("Stage", ["DIALLING", "OPEN", "OVER"])


@dataclass(eq=False, slots=True)
class Due:
    """What happens to `link` at `when`, unless it is `off`: `frame` arrives, or (None) its dial is answered."""

    when: float
    link: MemoryLink
    frame: Sequence[bytes] | None
    off: bool = False


class MemoryLink:
    """A `Link` of a `MemoryNetwork`.

    Attributes:
        near: the carrier that dialled it.
        far: the carrier it has reached, while that lives: an incarnation, not whoever has the address.
    """

    def __init__(self, network: MemoryNetwork, near: MemoryCarrier, address: str) -> None:
        self.near = near
        self.far: MemoryCarrier | None = None
        self._network = network
        self._address = address
        self._source = b"\0" + next(network.numbers).to_bytes(4, "big")
        self._stage = Stage.DIALLING
        self._flying: deque[Due] = deque()
        self._held: deque[Sequence[bytes]] = deque()
        self._blocked = False
        self._ailing_since = inf
        self._broken_at = inf
        self._leaves_until = inf
        self._wire_free_at = 0.0
        self._last_arrival = 0.0
        self._deadline = self._now() + PATIENCE
        self._answer = Due(self._now() + self._there() + self._back(), self, None)
        near.expect(self._answer)
        network.links[self] = None

    def send(self, parts: Sequence[Part]) -> bool:
        if not self.alive():
            return False
        frame = [bytes(part) for part in parts]
        if any(len(part) > MAX_PART for part in frame):
            self.lose_far_end()
        elif self._blocked:
            self._held.append(frame)
        else:
            self._fly(frame)
        return True

    def alive(self) -> bool:
        if self._stage is Stage.OPEN and self._lost():
            self._held.clear()
            self._end()
        return self._stage is Stage.OPEN

    def close(self, linger: float = 0.0) -> None:
        if self.alive():
            self._leaves_until = self._now() + linger
            # Without linger, what the system had taken over still arrives: some first part, nobody knows how much.
            leaves = sum(due.when <= self._leaves_until for due in self._flying)
            self._recall(keep=leaves if linger else self._network.random.randint(0, len(self._flying)))
        self._end()

    def happen(self, due: Due) -> Event | None:
        """`due` is now. Returns what the carrier that expected it is told."""
        if due.frame is None:
            return self._answered()
        if self._flying and self._flying[0] is due:
            self._flying.popleft()
        self._leave_if_done()
        return Frame(self._source, due.frame)

    def review(self) -> None:
        """Something was cut or healed."""
        if self._stage is Stage.DIALLING:
            return
        if self._lost():
            self._held.clear()
        there, back = self._passes()
        if not (there and back):
            self._ailing_since = min(self._ailing_since, self._now())
        elif not self._lost():
            self._ailing_since = inf
            if self.far is None:
                self._broken_at = min(self._broken_at, self._now() + self._back())
        if there:
            self._release()
        else:
            self._hold()
        self._leave_if_done()

    def lose_far_end(self) -> None:
        """Nobody takes what is sent from now on. The sender learns it when the news can reach it."""
        self.far = None
        self._flying.clear()
        self._held.clear()
        if self._ailing_since == inf:
            self._broken_at = min(self._broken_at, self._now() + self._back())
        self._leave_if_done()

    def vanish(self) -> None:
        """The sender has crashed, and what it sent goes with it."""
        self._recall(keep=0)
        self._held.clear()
        self._end()

    def _answered(self) -> Event | None:
        if not all(self._passes()):
            if self._now() >= self._deadline:
                return self._refused(f"no answer within {PATIENCE:g} s")
            self._answer = Due(min(self._now() + RETRY, self._deadline), self, None)
            self.near.expect(self._answer)
            return None
        far = self._network.carriers.get(self._address)
        if far is None:
            return self._refused("connection refused")
        if far.secret != self.near.secret:
            return self._refused(CUT_OFF)
        self.far = far
        self._stage = Stage.OPEN
        return Opened(self)

    def _refused(self, why: str) -> Lost:
        self._end()
        return Lost(self, why)

    def _fly(self, frame: Sequence[bytes]) -> None:
        size = sum(map(len, frame))
        self._wire_free_at = max(self._now(), self._wire_free_at) + size / self._network.bandwidth
        self._last_arrival = max(self._last_arrival, self._wire_free_at + self._there())
        if self.far is not None and self._last_arrival <= self._leaves_until:
            due = Due(self._last_arrival, self, frame)
            self._flying.append(due)
            self.far.expect(due)

    def _hold(self) -> None:
        self._blocked = True
        while self._flying and self._flying[-1].when > self._now():
            due = self._flying.pop()
            due.off = True
            self._held.appendleft(due.frame or ())

    def _release(self) -> None:
        self._blocked = False
        while self._held:
            self._fly(self._held.popleft())

    def _recall(self, keep: int) -> None:
        while len(self._flying) > keep:
            self._flying.pop().off = True

    def _end(self) -> None:
        self._stage = Stage.OVER
        self._answer.off = True
        self._leave_if_done()

    def _leave_if_done(self) -> None:
        if self._stage is Stage.OVER and not self._flying and not self._held:
            self._network.links.pop(self, None)

    def _lost(self) -> bool:
        return self._now() >= min(self._broken_at, self._ailing_since + self._network.silence)

    def _passes(self) -> tuple[bool, bool]:
        near = self.near.address
        return self._network.passes(near, self._address), self._network.passes(self._address, near)

    def _now(self) -> float:
        return self._network.clock.now()

    def _there(self) -> float:
        return self._network.draw_delay(self.near.address, self._address)

    def _back(self) -> float:
        return self._network.draw_delay(self._address, self.near.address)
