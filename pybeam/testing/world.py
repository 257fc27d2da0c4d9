"""Nodes on virtual time, in one OS process and one thread: for tests that never wait.

A `World` turns its clock to the next moment at which something is due, as soon as nothing else
can happen. So a test of a five-second timeout takes microseconds, and goes the same way each time.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, TypeVar

from ..clock import VirtualClock
from ..runtime.process import Process
from ..runtime.scheduler import Runtime
from ..runtime.solo import NoNetwork

T = TypeVar("T")

MAX_TURNS = 1_000_000


class Stuck(AssertionError):
    """Nothing can ever happen any more, and what the test waits for has not."""


class SimNode:
    """One node of a `World`."""

    def __init__(self, world: World, runtime: Runtime) -> None:
        self.world = world
        self.runtime = runtime

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


def _throw(error: BaseException) -> Any:
    raise error


class World:
    """Some nodes and their common clock.

    >>> from pybeam.process import sleep
    >>> world = World()
    >>> node = world.node("a@host")
    >>> node.run(lambda: sleep(3600))
    >>> world.clock.now()
    3600.0
    """

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.nodes: list[SimNode] = []
        self._creations = 0

    def node(self, name: str = "a@host") -> SimNode:
        """A new node without a network."""
        self._creations += 1
        node = SimNode(self, Runtime(name, self._creations, self.clock, NoNetwork()))
        self.nodes.append(node)
        return node

    def next_due(self) -> float:
        """The next moment at which something happens by itself; `inf` for never."""
        return min((node.runtime.timers.next() for node in self.nodes), default=inf)

    def settle(self) -> None:
        """Run everything that can run now, without turning the clock."""
        for _ in range(MAX_TURNS):
            for node in self.nodes:
                node.runtime.turn()
                node.runtime.network.flush()
                node.runtime.network.pump(0.0)
            if not self.busy():
                return
        raise Stuck("the nodes never come to rest")

    def busy(self) -> bool:
        """Whether anything can happen without turning the clock."""
        return any(node.runtime.idle_for() == 0.0 for node in self.nodes)

    def run_until(self, done: Callable[[], bool]) -> None:
        """Run, turning the clock as needed, until `done()`."""
        while True:
            self.settle()
            if done():
                return
            due = self.next_due()
            if due == inf:
                raise Stuck("nothing is left that could happen")
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
