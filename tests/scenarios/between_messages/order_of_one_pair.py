"""Messages of one process to one of another node arrive in their order, whatever their size."""

from pybeam import Pid, node, process
from tests.scenarios.trace import peers, say, take


def body(tell: Pid) -> None:
    for number in range(1, 21):
        process.send(tell, (number, "x" * (number % 3 * 100_000)))


def scenario() -> None:
    [b] = peers(1)
    node.spawn(b, body, process.self())
    say([take()[0] for _ in range(20)])
