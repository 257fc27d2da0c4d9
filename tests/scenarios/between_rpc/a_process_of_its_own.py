"""Each call runs in a process of its own: one that waits holds up nobody."""

from pybeam import process, rpc
from tests.scenarios.trace import peers, say, settle, take


def slow() -> str:
    process.sleep(0.1)
    return "slow"


def scenario() -> None:
    [b] = peers(1)
    me = process.self()
    process.spawn(lambda: process.send(me, rpc.call(b, slow)))
    settle()
    say(rpc.call(b, lambda: "fast"))
    say(take())
