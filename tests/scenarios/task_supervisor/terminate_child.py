"""A task of a supervisor can be ended by its pid."""

from pybeam import TaskSupervisor, process
from tests.scenarios.trace import idle, reason_of, say


def scenario() -> None:
    supervisor = TaskSupervisor.start_link()
    pid = TaskSupervisor.start_child(supervisor, idle)
    ref = process.monitor(pid)
    TaskSupervisor.terminate_child(supervisor, pid)
    say("ok")
    say(reason_of(ref))
