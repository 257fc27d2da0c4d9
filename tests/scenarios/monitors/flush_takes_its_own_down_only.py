"""demonitor with flush leaves the DOWNs of other monitors where they are."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, more, say, settle, take


def scenario() -> None:
    pid, one = process.spawn_monitor(idle)
    two = process.monitor(pid)
    say(end_with(pid, "boom"))
    settle()
    process.demonitor(one, flush=True)
    say(take()[1] == two)
    say(more())
