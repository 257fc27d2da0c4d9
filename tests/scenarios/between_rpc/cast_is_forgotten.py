"""A cast gives nothing back, to whatever node."""

from pybeam import process, rpc
from tests.scenarios.trace import peers, say, take


def scenario() -> None:
    [b] = peers(1)
    rpc.cast(b, process.send, process.self(), "hello")
    say(True)
    say(take())
    rpc.cast("nowhere@127.0.0.1", "pybeam.node:self")
    say(True)
