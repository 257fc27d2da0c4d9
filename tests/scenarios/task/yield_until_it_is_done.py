"""yield gives nil for not yet, {ok, result} later, and {exit, reason} for one that ended without."""

from pybeam import Task, process
from tests.scenarios.trace import leave, say


def slow() -> str:
    process.sleep(0.2)
    return "done"


def scenario() -> None:
    process.trap_exit(True)
    task = Task.async_(slow)
    say(Task.yield_(task, 0.01))
    say(Task.yield_(task, 5.0))
    say(Task.yield_(Task.async_(leave, "boom")))
