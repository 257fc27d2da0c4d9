"""The exit signal normal to a process of another node that does not trap exits does nothing."""

from pybeam import Pid, node, process
from tests.scenarios.trace import peers, say, take


def body(tell: Pid) -> None:
    process.send(tell, ("got", take()))


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, body, process.self())
    process.exit(remote, "normal")
    process.send(remote, "hello")
    say(take())
