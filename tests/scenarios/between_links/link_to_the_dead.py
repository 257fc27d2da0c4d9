"""A link to a process of another node that has ended: EXIT noproc."""

from pybeam import node, process
from tests.scenarios.trace import end_with, idle, peers, say, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    remote = node.spawn(b, idle)
    say(end_with(remote, "boom"))
    process.link(remote)
    say(take() == ("EXIT", remote, "noproc"))
