"""Nodes that are connected to a common one are connected to each other."""

from pybeam import node, process
from tests.scenarios.trace import on, peers, say


def scenario() -> None:
    b, c = peers(2)
    process.sleep(0.1)
    say(sorted(on(b, node.list)))
    say(sorted(on(c, node.list)))
