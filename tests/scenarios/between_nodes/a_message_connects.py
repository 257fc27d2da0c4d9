"""A message to a node that is not connected connects to it."""

from pybeam import node, process
from tests.scenarios.trace import hand_on, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, hand_on, process.self())
    say(take())
    node.disconnect(b)
    say(node.list())
    process.send(remote, "hello")
    say(take())
    say(node.list())
