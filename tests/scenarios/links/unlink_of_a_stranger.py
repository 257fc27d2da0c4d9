"""unlink of a process that is not linked, or has ended, does nothing."""

from pybeam import Pid, process
from tests.scenarios.trace import end_with, idle, outcome, say


def unlinked(pid: Pid) -> str:
    process.unlink(pid)
    return "fine"


def scenario() -> None:
    stranger = process.spawn(idle)
    say(outcome(lambda: unlinked(stranger)))
    say(end_with(stranger, "boom"))
    say(outcome(lambda: unlinked(stranger)))
