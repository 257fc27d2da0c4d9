"""What a process sent from another node before its end arrives before its DOWN."""

from pybeam import Pid, node, process
from tests.scenarios.trace import leave, peers, say, take


def body(tell: Pid) -> None:
    for number in range(1, 6):
        process.send(tell, number)
    leave("boom")


def scenario() -> None:
    [b] = peers(1)
    remote, ref = node.spawn_monitor(b, body, process.self())
    say([take() for _ in range(5)])
    say(take() == ("DOWN", ref, "process", remote, "boom"))
