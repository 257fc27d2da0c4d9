"""A process that ends normally leaves those linked to it alone."""

from pybeam import process
from tests.scenarios.trace import ended, idle, say, settle, take


def scenario() -> None:
    me = process.self()

    def parent() -> None:
        child = process.spawn_link(settle)
        process.send(me, ended(child))
        idle()

    pid = process.spawn(parent)
    say(take())
    say(process.alive(pid))
