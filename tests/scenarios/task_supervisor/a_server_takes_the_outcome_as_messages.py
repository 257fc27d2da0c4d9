"""Who rather goes on than waits gets a task's result, or its end, as a message."""

from pybeam import TaskSupervisor, process
from tests.scenarios.trace import leave, more, say, take


def scenario() -> None:
    supervisor = TaskSupervisor.start_link()
    one = TaskSupervisor.async_nolink(supervisor, lambda: "done")
    say(take() == (one.ref, "done"))
    process.demonitor(one.ref, flush=True)
    two = TaskSupervisor.async_nolink(supervisor, leave, "boom")
    say(take() == ("DOWN", two.ref, "process", two.pid, "boom"))
    say(more())
