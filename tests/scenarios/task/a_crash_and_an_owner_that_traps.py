"""Who traps exits gets the exit by await, and an EXIT message as well."""

from pybeam import Task, process
from tests.scenarios.trace import leave, more, outcome, say, take


def scenario() -> None:
    process.trap_exit(True)
    task = Task.async_(leave, "boom")
    say(outcome(lambda: Task.await_(task)))
    say(take() == ("EXIT", task.pid, "boom"))
    say(more())
