"""A process can be asked for only on its own node: elsewhere that is an error."""

from pybeam import Pid, node, process
from tests.scenarios.trace import idle, on, outcome, peers, say


def queue_of(pid: Pid) -> int:
    info = process.info(pid)
    assert info is not None
    return info["message_queue_len"]


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    say(outcome(lambda: process.info(remote)))
    say(on(b, queue_of, remote))
    say(outcome(lambda: process.alive(remote)))
