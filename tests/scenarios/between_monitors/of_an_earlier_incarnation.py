"""A node that starts anew has other processes: one of its earlier life does not come back."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, peers, reason_of, restart, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    first = process.monitor(remote)
    halt(b)
    say(reason_of(first))
    restart(b)
    say(True)
    process.send(remote, "hello")
    ref = process.monitor(remote)
    say(take() == ("DOWN", ref, "process", remote, "noproc"))
