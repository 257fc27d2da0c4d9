"""A supervisor stops its children and ends when its parent ends, with the parent's reason."""

from pybeam import Pid, Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import leave, reason_of, say, take


def body(pid: Pid) -> None:
    process.send(pid, Supervisor.start_link([kid("a"), kid("b")]))
    leave(process.receive())


def scenario() -> None:
    parent = process.spawn(body, process.self())
    ref = process.monitor(take())
    process.send(parent, "boom")
    say(reason_of(ref))
