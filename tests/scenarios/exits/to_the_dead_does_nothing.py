"""An exit signal to a process that has ended does nothing."""

from pybeam import process
from tests.scenarios.trace import ended, more, say


def scenario() -> None:
    pid = process.spawn(lambda: None)
    ended(pid)
    process.exit(pid, "boom")
    say(more())
