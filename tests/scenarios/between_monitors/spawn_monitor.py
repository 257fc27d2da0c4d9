"""spawn_monitor on another node watches the process from its start."""

from pybeam import node
from tests.scenarios.trace import leave, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    pid, ref = node.spawn_monitor(b, leave, ("done", 1))
    say(take() == ("DOWN", ref, "process", pid, ("done", 1)))
    say(pid.node)
