"""After a reconnect the old links stay gone: the end of the other process is no news any more."""

from pybeam import node, process
from tests.scenarios.trace import collect, end_with, more, peers, say, settle, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    remote = node.spawn_link(b, collect)
    settle()
    node.disconnect(b)
    say(take() == ("EXIT", remote, "noconnection"))
    node.connect(b)
    say(end_with(remote, "kill"))
    say(more())
