"""A timer for a process of another node is an error on a BEAM; here it fires there."""

from pybeam import node, process
from tests.scenarios.trace import hand_on, on, peers, say, take

difference = "timers-for-other-nodes"
expected = ["ready", "{got, tick}"]


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, hand_on, process.self())
    say(take())
    on(b, process.register, "relay", remote)
    process.send_after(("relay", b), "tick", 0.02)
    say(take())
