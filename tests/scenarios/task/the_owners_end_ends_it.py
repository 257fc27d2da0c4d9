"""A task ends with its owner."""

from pybeam import Pid, Task, process
from tests.scenarios.trace import idle, leave, reason_of, say, take


def owner(tell: Pid) -> None:
    process.send(tell, Task.async_(idle).pid)
    leave(process.receive())


def scenario() -> None:
    pid = process.spawn(owner, process.self())
    ref = process.monitor(take())
    process.send(pid, "boom")
    say(reason_of(ref))
