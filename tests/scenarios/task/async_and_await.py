"""A task runs in a process of its own; await gives its result."""

from pybeam import Task, process
from tests.scenarios.trace import more, say


def scenario() -> None:
    me = process.self()
    task = Task.async_(lambda: (process.self() == me, 1 + 1))
    say(task.pid == me)
    say(Task.await_(task))
    say(more())
