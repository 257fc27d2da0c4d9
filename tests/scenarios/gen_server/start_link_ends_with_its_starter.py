"""A server that was started with start_link and does not trap exits ends with its starter."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import leave, reason_of, say, take


class Plain(GenServer):
    pass


def body(pid: Pid) -> None:
    process.send(pid, GenServer.start_link(Plain))
    leave(process.receive())


def scenario() -> None:
    starter = process.spawn(body, process.self())
    ref = process.monitor(take())
    process.send(starter, "boom")
    say(reason_of(ref))
