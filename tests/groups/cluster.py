"""Nodes that are connected, their processes, and what those are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pybeam import node, process
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World
from tests.listener import Heard


def mesh(world: World, letters: Iterable[str]) -> list[SimNode]:
    """New nodes, each connected to all others."""
    nodes = world.nodes(*(f"{letter}@h" for letter in letters))
    join(nodes)
    return nodes


def join(nodes: list[SimNode]) -> None:
    """Connect each with each, and let them tell each other what they have to."""
    for one in nodes:
        for other in nodes:
            if one.name < other.name:
                one.run(node.connect, other.name)
    nodes[0].world.advance(1)


def split(some: list[SimNode], others: list[SimNode]) -> None:
    """Cut the one from the others until all have noticed."""
    for one in some:
        for other in others:
            one.world.cut(one, other)
    some[0].world.advance(20)


def idle() -> None:
    """The body of a process that only waits, whatever comes."""
    while True:
        process.receive()


def waiting(at: SimNode) -> Pid:
    """A process that waits until it is ended."""
    return at.run(process.spawn, idle)


def hearing(at: SimNode, begin: Callable[[], object] = lambda: None) -> tuple[Pid, Heard]:
    """A process that writes down all it is sent, after `begin()`; what that returned comes first."""
    heard: Heard = []

    def body() -> None:
        heard.append(begin())
        while True:
            heard.append(process.receive())

    pid = at.run(process.spawn, body)
    at.world.settle()
    return pid, heard


def end(at: SimNode, pid: Pid) -> None:
    """Kill a process, and let everybody hear of it."""
    at.run(process.exit, pid, "kill")
    at.world.advance(1)
