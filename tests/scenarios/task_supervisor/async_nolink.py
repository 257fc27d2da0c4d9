"""A task under a supervisor that is not linked: its crash comes by await, and spares the owner."""

from pybeam import Task, TaskSupervisor
from tests.scenarios.trace import leave, more, outcome, say


def scenario() -> None:
    supervisor = TaskSupervisor.start_link()
    say(Task.await_(TaskSupervisor.async_nolink(supervisor, lambda: 1 + 1)))
    task = TaskSupervisor.async_nolink(supervisor, leave, "boom")
    say(outcome(lambda: Task.await_(task)))
    say(more())
