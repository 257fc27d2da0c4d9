"""A process gets a name on its own node only."""

from pybeam import Pid, node, process
from tests.scenarios.trace import idle, on, outcome, peers, say


def is_far(pid: Pid) -> bool:
    return process.whereis("far") == pid


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    say(outcome(lambda: process.register("far", remote)))
    on(b, process.register, "far", remote)
    say(True)
    say(process.whereis("far"))
    say(on(b, is_far, remote))
