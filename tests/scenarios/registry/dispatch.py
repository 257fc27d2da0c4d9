"""dispatch gives all entries of a key to a function, and does not call it when there are none."""

from typing import Any

from pybeam import Pid, Registry, process
from tests.scenarios.trace import more, say, take


def send_all(entries: list[tuple[Pid, Any]]) -> None:
    for pid, value in entries:
        process.send(pid, ("dispatched", value))


def scenario() -> None:
    Registry.start_link(keys="duplicate", name="keys")
    for value in (1, 2):
        Registry.register("keys", "room", value)
    Registry.dispatch("keys", "room", send_all)
    say(take())
    say(take())
    Registry.dispatch("keys", "nobody", lambda entries: process.send(process.self(), "called"))
    say(more())
