"""After unlink no EXIT comes from the other node."""

from pybeam import node, process
from tests.scenarios.trace import end_with, idle, more, peers, say


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    remote = node.spawn_link(b, idle)
    process.unlink(remote)
    say(end_with(remote, "boom"))
    say(more())
