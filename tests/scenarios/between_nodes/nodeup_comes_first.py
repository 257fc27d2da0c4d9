"""nodeup comes before the first message from that node."""

from pybeam import node, process
from tests.scenarios.trace import peers, say, take


def scenario() -> None:
    node.monitor_nodes(True)
    [b] = peers(1)
    node.spawn(b, process.send, process.self(), "hello")
    say(take())
    say(take())
