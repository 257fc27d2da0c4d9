"""A monitor by {name, node}: DOWN has {name, node} in the pid's place."""

from pybeam import node, process
from tests.scenarios.trace import idle, more, on, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    on(b, process.register, "watched", remote)
    ref = process.monitor(("watched", b))
    process.exit(remote, "boom")
    say(take() == ("DOWN", ref, "process", ("watched", b), "boom"))
    say(more())
