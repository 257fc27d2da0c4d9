"""A call that takes too long gives up; what it did not take is not heard of later."""

from pybeam import process, rpc
from tests.scenarios.trace import more, peers, say


def scenario() -> None:
    [b] = peers(1)
    say(rpc.attempt(b, process.sleep, 0.3, timeout=0.02))
    process.sleep(0.4)
    say(more())
