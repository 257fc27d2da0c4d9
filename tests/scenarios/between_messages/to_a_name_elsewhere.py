"""A message to {name, node} reaches the process that has the name there."""

from pybeam import node, process
from tests.scenarios.trace import hand_on, on, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, hand_on, process.self())
    say(take())
    on(b, process.register, "relay", remote)
    process.send(("relay", b), "hello")
    say(take())
