"""Who asks for it is told of each node that comes and goes, once."""

from pybeam import node
from tests.scenarios.trace import halt, more, peers, say, take


def scenario() -> None:
    node.monitor_nodes(True)
    [b] = peers(1)
    say(take())
    say(node.list())
    node.disconnect(b)
    say(take())
    say(node.list())
    node.connect(b)
    say(take())
    halt(b)
    say(take())
    say(more())
