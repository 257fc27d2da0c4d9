"""Nodes on virtual time, in one OS process and one thread: for tests that never wait.

A `World` turns its clock to the next moment at which something is due, as soon as nothing else
can happen. So a test of a five-second timeout takes microseconds, and goes the same way each time.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from random import Random
from typing import Any, TypeVar

from ..clock import VirtualClock
from ..dist.carriers.memory import MemoryCarrier, MemoryNetwork
from ..dist.kernel import Kernel
from ..runtime.gateway import Gateway
from ..runtime.process import Process
from ..runtime.scheduler import Runtime
from ..runtime.solo import NoNetwork
from ..services import start_services

T = TypeVar("T")

MAX_TURNS = 100_000


class Stuck(AssertionError):
    """Nothing can ever happen any more, and what the test waits for has not."""


class SimNode:
    """One node of a `World`."""

    def __init__(self, world: World, runtime: Runtime, carrier: MemoryCarrier) -> None:
        self.world = world
        self.runtime = runtime
        self.carrier = carrier

    def __repr__(self) -> str:
        return f"<simulated {self.name}>"

    @property
    def name(self) -> str:
        return self.runtime.name

    def run(self, fun: Callable[..., T], *args: Any) -> T:
        """Run `fun(*args)` in a new process of this node, turning the clock as needed.

        Returns:
            What `fun` returns.

        Raises:
            BaseException: what `fun` raises.
            Stuck: it waits for something that cannot happen.
        """
        outcome: list[Callable[[], T]] = []

        def body() -> None:
            try:
                result = fun(*args)
            except BaseException as error:
                raised = error
                outcome.append(lambda: _throw(raised))
            else:
                outcome.append(lambda: result)

        self.runtime.spawn(body)
        self.world.run_until(lambda: bool(outcome))
        return outcome[0]()

    def spawn(self, fun: Callable[..., object], *args: Any) -> Process:
        """Start a process; it runs when the world next does."""
        return self.runtime.spawn(fun, *args)

    def crash(self) -> None:
        """The OS process is killed: nobody is told anything."""
        if self in self.world.running:
            self.world.running.remove(self)
        self.world.network.crash(self.carrier.address)

    def freeze(self) -> None:
        """The OS process is stopped, as by SIGSTOP: what comes for it waits, and its time goes by."""
        self.world.running.remove(self)

    def thaw(self) -> None:
        """It goes on."""
        self.world.running.append(self)

    def stop(self) -> None:
        """The node takes leave of its peers and ends."""
        self.runtime.shut_down()
        self.runtime.turn()
        self.runtime.network.stop()
        self.world.settle()
        self.world.running.remove(self)
        self.carrier.close()


def _throw(error: BaseException) -> Any:
    raise error


class Directory:
    """A `Resolver` that is told where each node listens."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}

    def lookup(self, name: str, answer: Callable[[str | None], None]) -> None:
        answer(self.addresses.get(name))


class World:
    """Some nodes, the network between them, and their common clock.

    Args:
        seed: of everything random: creations, nonces, delays.

    >>> from pybeam import node
    >>> world = World()
    >>> a, b = world.nodes("a@host", "b@host")
    >>> a.run(node.ping, "b@host")
    'pong'
    >>> a.run(node.list)
    ['b@host']
    """

    def __init__(self, seed: int = 0) -> None:
        self.clock = VirtualClock()
        self.network = MemoryNetwork(self.clock, seed)
        self.directory = Directory()
        self.running: list[SimNode] = []
        self._random = Random(seed)

    def node(self, name: str = "a@host", *, hidden: bool = False, cookie: str = "") -> SimNode:
        """A new node. Only nodes with the same cookie can connect."""
        carrier = self.network.carrier(cookie)
        runtime = Runtime(name, self._random.getrandbits(64), self.clock, NoNetwork())
        arrivals, entropy = Gateway(runtime), self._random.getrandbits
        runtime.network = Kernel(name, runtime.creation, carrier, self.directory, arrivals, entropy, hidden=hidden)
        self.directory.addresses[name] = carrier.address
        node = SimNode(self, runtime, carrier)
        self.running.append(node)
        start_services(runtime)
        self.settle()
        return node

    def nodes(self, *names: str) -> list[SimNode]:
        """New nodes with these names, not yet connected."""
        return [self.node(name) for name in names]

    def cut(self, a: SimNode, b: SimNode, *, one_way: bool = False) -> None:
        """Let nothing through between two nodes, or only nothing from `a` to `b`, until `heal`."""
        self.network.cut(a.carrier.address, b.carrier.address, one_way=one_way)

    def heal(self) -> None:
        """Undo every cut."""
        self.network.heal()

    def next_due(self) -> float:
        """The next moment at which something happens by itself; `inf` for never."""
        timers = (node.runtime.timers.next() for node in self.running)
        frames = (due for node in self.running if (due := node.carrier.next_due()) is not None)
        return min((*timers, *frames), default=inf)

    def settle(self) -> None:
        """Run everything that can run now, without turning the clock."""
        for _ in range(MAX_TURNS):
            for node in list(self.running):
                # Flushed last: what arrives may be answered there and then, by no process.
                node.runtime.network.pump(0.0)
                node.runtime.turn()
                node.runtime.network.flush()
            if not self.busy():
                return
        raise Stuck("the nodes never come to rest")

    def busy(self) -> bool:
        """Whether anything can happen without turning the clock."""
        now = self.clock.now()
        return any(
            node.runtime.idle_for() == 0.0 or ((due := node.carrier.next_due()) is not None and due <= now)
            for node in self.running
        )

    def run_until(self, done: Callable[[], bool], within: float = 3600.0) -> None:
        """Run, turning the clock as needed, until `done()`.

        Raises:
            Stuck: it does not come to that `within` so many seconds, or ever.
        """
        end = self.clock.now() + within
        while True:
            self.settle()
            if done():
                return
            due = self.next_due()
            if due > end:
                raise Stuck("what the test waits for cannot happen any more, or not in time")
            self.clock.advance_to(due)

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by, with all that happens in them."""
        end = self.clock.now() + seconds
        while True:
            self.settle()
            due = self.next_due()
            if due > end:
                break
            self.clock.advance_to(due)
        self.clock.advance_to(end)
        self.settle()
