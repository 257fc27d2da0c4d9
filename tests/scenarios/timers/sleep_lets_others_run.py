"""A process that sleeps takes no messages meanwhile; they wait for it."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    me = process.self()
    process.spawn(process.send, me, "hello")
    process.sleep(0.02)
    say("awake")
    say(take(0))
