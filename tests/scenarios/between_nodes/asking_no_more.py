"""Who no longer asks is told no more."""

from pybeam import node
from tests.scenarios.trace import more, peers, say


def scenario() -> None:
    node.monitor_nodes(True)
    node.monitor_nodes(False)
    peers(1)
    say(more())
