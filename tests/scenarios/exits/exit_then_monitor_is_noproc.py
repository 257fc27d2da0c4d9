"""Signals from one process to another keep their order: a monitor made after the exit signal finds nobody."""

from pybeam import process
from tests.scenarios.trace import ended, idle, say


def scenario() -> None:
    pid = process.spawn(idle)
    process.exit(pid, "boom")
    say(ended(pid))
