"""A unique key cannot be had twice, not even by its owner."""

from pybeam import AlreadyStarted, Pid, Registry, process
from tests.scenarios.trace import say


def register_again() -> Pid | None:
    try:
        Registry.register("keys", "door", 2)
    except AlreadyStarted as taken:
        return taken.pid
    return None


def scenario() -> None:
    Registry.start_link(keys="unique", name="keys")
    Registry.register("keys", "door", 1)
    say(register_again() == process.self())
    say([value for _, value in Registry.lookup("keys", "door")])
    for _ in range(2):
        Registry.unregister("keys", "door")
        say("ok")
    say(Registry.lookup("keys", "door"))
