"""A name goes with its process."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, say


def scenario() -> None:
    pid = process.spawn(idle)
    process.register("short_lived", pid)
    say(end_with(pid, "boom"))
    say(process.whereis("short_lived"))
    process.register("short_lived", process.self())
    say(True)
