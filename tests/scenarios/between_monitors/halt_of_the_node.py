"""The OS process of a node ends: DOWN noconnection."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, more, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    ref = process.monitor(remote)
    halt(b)
    say(take() == ("DOWN", ref, "process", remote, "noconnection"))
    say(more())
