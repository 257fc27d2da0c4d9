"""A link to a process whose node is gone: EXIT noconnection."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, peers, reason_of, say, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    remote = node.spawn(b, idle)
    ref = process.monitor(remote)
    halt(b)
    say(reason_of(ref))
    process.link(remote)
    say(take() == ("EXIT", remote, "noconnection"))
