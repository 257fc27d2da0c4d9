"""The exit signal normal from another process does nothing to a process that does not trap exits."""

from pybeam import process
from tests.scenarios.trace import idle, more, say


def scenario() -> None:
    child = process.spawn(idle)
    process.exit(child, "normal")
    say(more())
    say(process.alive(child))
