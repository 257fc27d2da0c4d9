"""A child of a task supervisor runs for what it does; it is not started again."""

from pybeam import TaskSupervisor, process
from tests.scenarios.trace import end_with, hand_on, say, settle, take


def scenario() -> None:
    supervisor = TaskSupervisor.start_link()
    pid = TaskSupervisor.start_child(supervisor, hand_on, process.self())
    say(take())
    say(TaskSupervisor.children(supervisor) == [pid])
    say(end_with(pid, "kill"))
    settle()
    say(TaskSupervisor.children(supervisor))
