"""A call on another node gives what the function returns there."""

from pybeam import node, rpc
from tests.scenarios.trace import peers, say


def scenario() -> None:
    [b] = peers(1)
    say(rpc.call(b, "pybeam.node:self"))
    say(rpc.call(b, lambda: [node.self(), 1 + 1]))
