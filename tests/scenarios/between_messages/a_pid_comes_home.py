"""A pid that went to another node and came back is the same pid."""

from pybeam import Pid, node, process
from tests.scenarios.trace import on, peers, say, take


def body(tell: Pid) -> None:
    process.send(tell, (process.self(), take()))


def scenario() -> None:
    [b] = peers(1)
    me = process.self()
    say(on(b, lambda: (me, me.node)) == (me, node.self()))
    remote = node.spawn(b, body, me)
    process.send(remote, remote)
    say(take() == (remote, remote))
