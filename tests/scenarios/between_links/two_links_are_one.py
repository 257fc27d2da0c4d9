"""Linking twice to a process of another node makes one link."""

from pybeam import node, process
from tests.scenarios.trace import idle, more, peers, say, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    remote = node.spawn_link(b, idle)
    process.link(remote)
    process.exit(remote, "boom")
    say(take() == ("EXIT", remote, "boom"))
    say(more())
