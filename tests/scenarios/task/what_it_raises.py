"""What a task raises ends the await of an owner that traps exits: by an exit with the crash on a BEAM, by the
exception itself here.
"""

from pybeam import Task, process
from tests.scenarios.trace import outcome, say

difference = "exceptions-not-exits"
expected = ["{raised, RuntimeError}"]


def fails() -> None:
    raise RuntimeError("oops")


def scenario() -> None:
    process.trap_exit(True)
    say(outcome(lambda: Task.await_(Task.async_(fails))))
