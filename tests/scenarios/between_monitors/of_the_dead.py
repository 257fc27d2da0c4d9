"""A monitor of a process of another node that has ended: DOWN noproc."""

from pybeam import node, process
from tests.scenarios.trace import end_with, idle, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    say(end_with(remote, "boom"))
    ref = process.monitor(remote)
    say(take() == ("DOWN", ref, "process", remote, "noproc"))
