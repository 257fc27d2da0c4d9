"""A link to a process of a node whose OS process ends: EXIT with noconnection."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, more, peers, say, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    child = node.spawn_link(b, idle)
    halt(b)
    say(take() == ("EXIT", child, "noconnection"))
    say(more())
