"""A duplicate key has many owners, and one process may own it several times."""

from pybeam import Registry, process
from tests.scenarios.trace import say


def scenario() -> None:
    Registry.start_link(keys="duplicate", name="keys")
    for value in (1, 2):
        Registry.register("keys", "room", value)
    say(sorted(value for _, value in Registry.lookup("keys", "room")))
    say(Registry.keys("keys", process.self()))
    say(Registry.count("keys"))
    Registry.unregister("keys", "room")
    say("ok")
    say(Registry.count("keys"))
