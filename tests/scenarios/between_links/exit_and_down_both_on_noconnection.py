"""Who links to a process and monitors it hears of the lost node twice, once by each."""

from pybeam import node, process
from tests.scenarios.trace import halt, idle, more, peers, say, take


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    remote = node.spawn_link(b, idle)
    ref = process.monitor(remote)
    halt(b)
    got = [take(), take()]
    say(("EXIT", remote, "noconnection") in got)
    say(("DOWN", ref, "process", remote, "noconnection") in got)
    say(more())
