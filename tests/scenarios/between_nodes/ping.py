"""ping tells whether a node can be reached, and connects."""

from pybeam import node
from tests.scenarios.trace import peers, say


def scenario() -> None:
    [b] = peers(1)
    node.disconnect(b)
    say(node.ping(b))
    say(node.list())
    say(node.ping("nowhere@127.0.0.1"))
    say(node.ping(node.self()))
    say(node.disconnect("nowhere@127.0.0.1"))
