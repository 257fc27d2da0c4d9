"""A unique key has one owner; others are told who it is."""

from pybeam import AlreadyStarted, Pid, Registry, process
from tests.scenarios.trace import say, take


def claim(tell: Pid) -> None:
    try:
        Registry.register("keys", "door", "back")
    except AlreadyStarted as taken:
        process.send(tell, taken.pid)


def scenario() -> None:
    Registry.start_link(keys="unique", name="keys")
    Registry.register("keys", "door", "front")
    me = process.self()
    say(Registry.lookup("keys", "door") == [(me, "front")])
    process.spawn(claim, me)
    say(take() == me)
    say(Registry.lookup("keys", "window"))
