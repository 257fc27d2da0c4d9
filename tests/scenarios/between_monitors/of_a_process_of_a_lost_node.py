"""A monitor of a process whose node is gone: DOWN noconnection."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, peers, reason_of, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    first = process.monitor(remote)
    halt(b)
    say(reason_of(first))
    ref = process.monitor(remote)
    say(take() == ("DOWN", ref, "process", remote, "noconnection"))
