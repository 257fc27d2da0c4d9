"""A chain of links over three nodes ends with one reason."""

from pybeam import Pid, node, process
from tests.scenarios.trace import idle, peers, reason_of, say


def link_to(pid: Pid) -> None:
    process.link(pid)
    idle()


def scenario() -> None:
    b, c = peers(2)
    last = node.spawn(c, idle)
    middle = node.spawn(b, link_to, last)
    first = process.spawn(link_to, middle)
    refs = [process.monitor(first), process.monitor(middle)]
    process.sleep(0.2)
    process.exit(last, "boom")
    say([reason_of(ref) for ref in refs])
