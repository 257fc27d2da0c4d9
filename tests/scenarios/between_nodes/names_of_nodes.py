"""A node knows its own name, and a pid the name of its node."""

from pybeam import node, process
from tests.scenarios.trace import idle, on, peers, say


def scenario() -> None:
    [b] = peers(1)
    say(node.self())
    say(on(b, node.self))
    say(process.self().node)
    say(node.spawn(b, idle).node)
