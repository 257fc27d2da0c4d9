"""When a node is lost each monitor gives one DOWN noconnection, and none more when it comes back."""

from pybeam import node, process
from tests.scenarios.trace import collect, end_with, more, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, collect)
    one = process.monitor(remote)
    two = process.monitor(remote)
    node.disconnect(b)
    say({take()[1], take()[1]} == {one, two})
    node.connect(b)
    say(end_with(remote, "kill"))
    say(more())
