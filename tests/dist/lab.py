"""Some kernels on virtual time, joined by memory carriers, each under a runtime that only takes notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count
from math import inf
from random import Random
from typing import cast

from pybeam.clock import VirtualClock
from pybeam.dist.carriers.memory import MemoryCarrier, MemoryNetwork
from pybeam.dist.kernel import Kernel
from pybeam.runtime.ports import Kind, Parcel, Target
from pybeam.runtime.process import Process
from pybeam.terms import Pid

Note = tuple[object, ...]


class Caller:
    """As much of a process as the network looks at."""

    def __init__(self, number: int) -> None:
        self.number = number


def caller(number: int) -> Process:
    return cast(Process, Caller(number))


class Notes:
    """`Arrivals` that writes down what it is told, and answers each call at once where it should.

    Attributes:
        log: what came, in order: `("nodeup", name)`, `("send", process, message, sender)`,
            `("reply", caller, ref, value)`, `("fail", caller, ref, error)`, ...
        losses: the nodes that were lost, each with how long the log was then, and the ties that
            never left.
        answer: what a CALL is answered with, given the request; None leaves it open.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.log: list[Note] = []
        self.losses: list[Note] = []
        self.answer: Callable[[object], object] | None = None
        self.network: Kernel
        self._clock = clock
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._soon: list[Callable[[], None]] = []

    def arrive(self, kind: Kind, process: int | str, ref: int, sender: Pid, body: Parcel) -> None:
        value = body.open()
        self.log.append((kind.name.lower(), process, value, sender))
        if kind is Kind.CALL and self.answer is not None:
            target = Target(sender.node, sender.creation, sender.number)
            self.network.post(Kind.REPLY, target, ref, caller(1), self.answer(value), inf)

    def reply(self, process: int, ref: int, body: Parcel) -> None:
        self.log.append(("reply", process, ref, body.open()))

    def fail(self, process: int, ref: int, body: Parcel | BaseException) -> None:
        self.log.append(("fail", process, ref, body if isinstance(body, BaseException) else body.open()))

    def missing(self, kind: Kind, process: int, ref: int, target: Target) -> None:
        self.losses.append((kind, process, ref, target))

    def lost(self, node: str) -> None:
        self.losses.append((node, len(self.log)))

    def announce(self, event: str, node: str) -> None:
        self.log.append((event, node))

    def now(self) -> float:
        return self._clock.now()

    def after(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        heappush(self._timers, (self.now() + seconds, next(self._numbers), act))
        return lambda: None

    def call_soon(self, act: Callable[[], None]) -> None:
        self._soon.append(act)

    def suspend(self, start: Callable[[Callable[[object], None]], object], deadline: float = inf) -> object:
        raise AssertionError("nothing here can wait")

    def next_due(self) -> float:
        return self._timers[0][0] if self._timers else inf

    def turn(self) -> bool:
        """Run what is due. Returns whether anything was."""
        soon, self._soon = self._soon, []
        while self._timers and self._timers[0][0] <= self.now():
            soon.append(heappop(self._timers)[2])
        for act in soon:
            act()
        return bool(soon)

    def told(self, *kinds: str) -> list[Note]:
        """The notes of these kinds."""
        return [note for note in self.log if note[0] in kinds]

    def ups_and_downs(self, name: str) -> list[str]:
        """What was announced of the node `name`."""
        return [str(note[0]) for note in self.told("nodeup", "nodedown") if note[1] == name]


class Here:
    """One node of a `Lab`."""

    def __init__(self, lab: Lab, name: str, hidden: bool, max_message: int) -> None:
        self.name = name
        self.creation = lab.random.getrandbits(64)
        self.carrier: MemoryCarrier = lab.network.carrier()
        self.notes = Notes(lab.clock)
        self.kernel = Kernel(
            name,
            self.creation,
            self.carrier,
            lab,
            self.notes,
            lab.random.getrandbits,
            hidden=hidden,
            max_message=max_message,
        )
        self.notes.network = self.kernel
        self.outcomes: list[bool] = []
        self._refs = count(1)

    @property
    def address(self) -> str:
        return self.carrier.address

    def connect(self, other: Here | str) -> None:
        self.kernel.connect(other if isinstance(other, str) else other.name, self.outcomes.append)

    def send(
        self, other: Here | str, message: object, *, to: int | str = 1, sender: int = 1, creation: int = 0
    ) -> None:
        name = other if isinstance(other, str) else other.name
        self.kernel.post(Kind.SEND, Target(name, creation, to), 0, caller(sender), message, inf)

    def call(self, other: Here | str, request: object, *, sender: int = 1, creation: int = 0) -> int:
        ref = next(self._refs)
        name = other if isinstance(other, str) else other.name
        self.kernel.post(Kind.CALL, Target(name, creation, "server"), ref, caller(sender), request, inf)
        return ref

    def nodes(self) -> list[str]:
        return self.kernel.nodes()

    def messages(self) -> list[object]:
        """The messages that have come."""
        return [note[2] for note in self.notes.told("send")]


def next_due(node: Here) -> float:
    arrival = node.carrier.next_due()
    return min(node.notes.next_due(), inf if arrival is None else arrival)


class Lab:
    """Nodes, the network between them, and the address book that is their resolver.

    Attributes:
        here: the nodes that run; one that is taken out for a while is stopped, its carrier is not.
    """

    def __init__(self, seed: int = 0, delay: tuple[float, float] = (0.0001, 0.001)) -> None:
        self.clock = VirtualClock()
        self.random = Random(seed)
        self.network = MemoryNetwork(self.clock, seed, delay=delay)
        self.book: dict[str, str] = {}
        self.here: list[Here] = []

    def lookup(self, name: str, answer: Callable[[str | None], None]) -> None:
        answer(self.book.get(name))

    def node(self, name: str, *, hidden: bool = False, max_message: int = 4 * 1024**3) -> Here:
        node = Here(self, name, hidden, max_message)
        self.here.append(node)
        self.book[name] = node.address
        return node

    def nodes(self, names: Iterable[str]) -> list[Here]:
        return [self.node(f"{name}@h") for name in names]

    def pair(self) -> tuple[Here, Here]:
        """Two nodes with a session."""
        a, b = self.nodes("ab")
        a.connect(b)
        self.run(0.1)
        assert a.nodes() == [b.name] and b.nodes() == [a.name]
        return a, b

    def kill(self, node: Here) -> None:
        """As `kill -9`: nobody is told."""
        self.here.remove(node)
        self.network.crash(node.address)

    def settle(self) -> None:
        """Run everything that can happen without turning the clock."""
        busy = True
        while busy:
            busy = False
            for node in list(self.here):
                busy |= node.notes.turn()
                node.kernel.flush()
                due = node.carrier.next_due()
                busy |= due is not None and due <= self.clock.now()
                node.kernel.pump(0.0)

    def run(self, seconds: float) -> None:
        """Let `seconds` pass."""
        end = self.clock.now() + seconds
        while True:
            self.settle()
            due = min(map(next_due, self.here), default=inf)
            if due > end:
                break
            self.clock.advance_to(due)
        self.clock.advance_to(end)
        self.settle()

    def is_mesh(self) -> bool:
        """Whether each node is connected to every other."""
        names = {node.name for node in self.here}
        return all(set(node.nodes()) == names - {node.name} for node in self.here)
