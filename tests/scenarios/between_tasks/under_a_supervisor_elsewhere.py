"""A task may run under a supervisor of another node; when the node is lost, await says so."""

from pybeam import Pid, Task, TaskSupervisor, node, process
from tests.scenarios.trace import halt, idle, outcome, peers, say, take


def keep(tell: Pid) -> None:
    process.send(tell, TaskSupervisor.start_link(name="workers"))
    idle()


def scenario() -> None:
    [b] = peers(1)
    node.spawn(b, keep, process.self())
    take()
    say(Task.await_(TaskSupervisor.async_nolink(("workers", b), node.self)))
    task = TaskSupervisor.async_nolink(("workers", b), idle)
    halt(b)
    say(outcome(lambda: Task.await_(task)))
