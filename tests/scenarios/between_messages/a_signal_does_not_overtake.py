"""Messages, links and exit signals of one pair keep their order."""

from pybeam import Pid, node, process
from tests.scenarios.trace import peers, say, take


def body(tell: Pid) -> None:
    process.trap_exit(True)
    process.send(tell, "ready")
    for _ in range(4):
        process.send(tell, ("got", take()))


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, body, process.self())
    say(take())
    process.send(remote, "one")
    process.exit(remote, "two")
    process.send(remote, "three")
    process.exit(remote, "four")
    for _ in range(4):
        say(take())
