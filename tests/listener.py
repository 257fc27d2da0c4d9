"""A process that writes down all it is sent: what a test looks at afterwards."""

from __future__ import annotations

from pybeam import node, process
from pybeam.testing.world import SimNode

Heard = list[object]


def listen(at: SimNode, name: str = "listener", *, to_nodes: bool = False) -> Heard:
    """Start a listener on `at`, registered as `name`.

    Args:
        to_nodes: whether it hears of nodes that come and go, too.

    Returns:
        What it has heard, in order; it grows.
    """
    heard: Heard = []

    def body() -> None:
        process.register(name, process.self())
        if to_nodes:
            node.monitor_nodes()
        while True:
            heard.append(process.receive())

    at.spawn(body)
    at.world.settle()
    return heard
