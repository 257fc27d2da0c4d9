"""A process that traps exits gets its own exit signals as messages."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.trap_exit(True)
    me = process.self()
    process.exit(me, "boom")
    say(take() == ("EXIT", me, "boom"))
    process.exit(me, "normal")
    say(take() == ("EXIT", me, "normal"))
