"""An exit signal with any other reason than normal ends who does not trap exits, with that reason."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, say


def scenario() -> None:
    for reason in ("boom", "shutdown", ("shutdown", "moved"), "killed", "noproc", 7):
        pid = process.spawn(idle)
        say(end_with(pid, reason))
