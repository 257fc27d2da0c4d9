"""The carrier in memory: many nodes in one OS process, on a clock that a test turns, with faults on order.

It does to frames only what ZeroMQ over TCP does to them: those of one link keep their order, what is lost is a
suffix, and then the link is lost too. Frames are never doubled, changed or overtaken: a test that asked for
that would test fiction. The same seed and the same calls give the same run.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from math import inf
from random import Random

from ...clock import Clock
from .carrier import Event
from .memory_link import Due, MemoryLink

EVERYWHERE = "*"


class MemoryNetwork:
    """What lies between the carriers, and the hand that breaks it.

    Args:
        clock: is only read; the test turns it.
        seed: of every delay, and of how much arrives of what a link has on its way when it is closed at once.
        delay: seconds that a frame is on its way, from and to; `set_delay` makes an exception.
        silence: seconds without an answer after which a link is lost.
        bandwidth: bytes per second of each link.

    >>> from pybeam.clock import VirtualClock
    >>> clock = VirtualClock()
    >>> network = MemoryNetwork(clock, delay=(0.25, 0.25))
    >>> a, b = network.carrier(), network.carrier()
    >>> link = a.dial(b.address)
    >>> clock.advance_to(network.next_due())
    >>> clock.now(), a.wait(0)[0].link is link, link.send([b"hello"])
    (0.5, True, True)
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 0,
        *,
        delay: tuple[float, float] = (0.0001, 0.001),
        silence: float = 8.0,
        bandwidth: float = inf,
    ) -> None:
        self.clock = clock
        self.random = Random(seed)
        self.silence = silence
        self.bandwidth = bandwidth
        self.numbers = count(1)
        self.carriers: dict[str, MemoryCarrier] = {}
        self.links: dict[MemoryLink, None] = {}
        self._delay = delay
        self._delays: dict[tuple[str, str], tuple[float, float]] = {}
        self._cuts: set[tuple[str, str]] = set()

    def carrier(self, secret: object = b"", address: str | None = None) -> MemoryCarrier:
        """A carrier that listens on `address`; one is made up for None.

        Args:
            secret: only carriers with equal ones can connect.

        Raises:
            OSError: another carrier listens there.
        """
        address = address or f"memory://{next(self.numbers)}"
        if address in self.carriers:
            raise OSError(f"{address} is taken")
        carrier = self.carriers[address] = MemoryCarrier(self, address, secret)
        return carrier

    def next_due(self) -> float | None:
        """When a carrier next has something for its `wait`, in the clock's seconds; None: never by itself."""
        return min((due for carrier in self.carriers.values() if (due := carrier.next_due()) is not None), default=None)

    def set_delay(self, source: str, target: str, low: float, high: float) -> None:
        """From now on a frame from `source` to `target` is on its way for `low` to `high` seconds."""
        self._delays[source, target] = low, high

    def draw_delay(self, source: str, target: str) -> float:
        return self.random.uniform(*self._delays.get((source, target), self._delay))

    def cut(self, a: str, b: str = EVERYWHERE, *, one_way: bool = False) -> None:
        """Let nothing through between `a` and `b`, or only nothing from `a` to `b`.

        What is on its way is held. It arrives after a `heal` that comes in time; `silence` seconds after the cut
        the links between the two, of both directions, are lost with what they hold.
        """
        self._cuts.update([(a, b)] if one_way else [(a, b), (b, a)])
        self._review()

    def isolate(self, address: str) -> None:
        """Cut `address` off from everybody."""
        self.cut(address)

    def heal(self, a: str = EVERYWHERE, b: str = EVERYWHERE) -> None:
        """Undo `cut(a, b)`; `heal(a)` undoes `isolate(a)`, `heal()` everything."""
        if a == EVERYWHERE:
            self._cuts.clear()
        self._cuts.difference_update([(a, b), (b, a)])
        self._review()

    def passes(self, source: str, target: str) -> bool:
        """Whether a frame gets from `source` to `target` now."""
        return self._cuts.isdisjoint([(source, target), (source, EVERYWHERE), (EVERYWHERE, target)])

    def crash(self, address: str) -> None:
        """Kill the carrier there: all that is on its way to it and from it vanishes, and its peers are told nothing."""
        carrier = self.carriers[address]
        for link in [link for link in self.links if link.near is carrier]:
            link.vanish()
        self.remove(carrier)

    def remove(self, carrier: MemoryCarrier) -> None:
        """Nobody listens on its address any more; the links to it break."""
        if self.carriers.get(carrier.address) is carrier:
            del self.carriers[carrier.address]
            carrier.clear()
            for link in [link for link in self.links if link.far is carrier]:
                link.lose_far_end()

    def _review(self) -> None:
        for link in list(self.links):
            link.review()


class MemoryCarrier:
    """A `Carrier` of a `MemoryNetwork`. Its `wait` never blocks: it gives what is due now."""

    def __init__(self, network: MemoryNetwork, address: str, secret: object) -> None:
        self.address = address
        self.secret = secret
        self._network = network
        self._agenda: list[tuple[float, int, Due]] = []
        self._woken = False

    def dial(self, address: str) -> MemoryLink:
        return MemoryLink(self._network, self, address)

    def wait(self, timeout: float | None) -> list[Event]:
        self._woken = False
        events = []
        now = self._network.clock.now()
        while (due := self.next_due()) is not None and due <= now:
            _, _, what = heappop(self._agenda)
            if (event := what.link.happen(what)) is not None:
                events.append(event)
        return events

    def wake(self) -> None:
        self._woken = True

    def close(self) -> None:
        for link in [link for link in self._network.links if link.near is self]:
            link.close()
        self._network.remove(self)

    def next_due(self) -> float | None:
        """When `wait` next has something to return or was asked to return; None: never by itself."""
        if self._woken:
            return self._network.clock.now()
        while self._agenda and self._agenda[0][2].off:
            heappop(self._agenda)
        return self._agenda[0][0] if self._agenda else None

    def expect(self, due: Due) -> None:
        heappush(self._agenda, (due.when, next(self._network.numbers), due))

    def clear(self) -> None:
        self._agenda.clear()
        self._woken = False
