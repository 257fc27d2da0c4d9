"""A timer for a process that has ended: a BEAM takes it away, here it stays until it fires into nothing."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, say, settle

difference = "timer-of-the-dead"
expected = ["boom", "true"]


def scenario() -> None:
    pid = process.spawn(idle)
    ref = process.send_after(pid, "tick", 60.0)
    say(end_with(pid, "boom"))
    settle()
    say(process.cancel_timer(ref) is not None)
