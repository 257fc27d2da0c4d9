"""When a node is lost, nodedown comes after the EXIT and DOWN that the loss brings about."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, peers, say, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    node.monitor_nodes(True)
    node.spawn_monitor(b, idle)
    node.spawn_link(b, idle)
    halt(b)
    got = [take(), take(), take()]
    say(sorted(message[0] for message in got))
    say(got[-1])
