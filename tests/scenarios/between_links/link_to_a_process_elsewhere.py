"""link ties to a process of another node; the end of either reaches the other."""

from pybeam import Pid, node, process
from tests.scenarios.trace import end_with, idle, peers, reason_of, say, settle


def linker(remote: Pid) -> None:
    process.link(remote)
    idle()


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    local = process.spawn(linker, remote)
    settle()
    ref = process.monitor(remote)
    say(end_with(local, "boom"))
    say(reason_of(ref))
