"""A task supervisor that ends takes its tasks along."""

from pybeam import TaskSupervisor, process
from tests.scenarios.trace import idle, reason_of, say


def scenario() -> None:
    process.trap_exit(True)
    supervisor = TaskSupervisor.start_link()
    pid = TaskSupervisor.start_child(supervisor, idle)
    ref = process.monitor(pid)
    TaskSupervisor.stop(supervisor)
    say("ok")
    say(reason_of(ref))
