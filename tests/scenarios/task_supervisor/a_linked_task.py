"""A task under a supervisor that is linked takes its owner along when it crashes; the supervisor goes on."""

from pybeam import Task, TaskSupervisor, process
from tests.scenarios.trace import fate, leave, say


def scenario() -> None:
    supervisor = TaskSupervisor.start_link()
    say(fate(lambda: Task.await_(TaskSupervisor.async_(supervisor, leave, "boom"))))
    say(process.alive(supervisor))
