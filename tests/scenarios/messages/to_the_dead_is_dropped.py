"""A message to a process that has ended is dropped silently."""

from pybeam import process
from tests.scenarios.trace import more, reason_of, say


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    process.send(pid, "hello")
    say(more())
