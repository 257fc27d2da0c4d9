"""After demonitor no DOWN comes."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, more, say


def scenario() -> None:
    pid = process.spawn(idle)
    ref = process.monitor(pid)
    process.demonitor(ref)
    say(True)
    say(end_with(pid, "boom"))
    say(more())
