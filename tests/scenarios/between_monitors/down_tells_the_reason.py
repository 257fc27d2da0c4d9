"""DOWN comes from another node once, with the pid and the reason."""

from pybeam import node, process
from tests.scenarios.trace import idle, more, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    ref = process.monitor(remote)
    process.exit(remote, "boom")
    say(take() == ("DOWN", ref, "process", remote, "boom"))
    say(more())
