"""A server that traps exits runs terminate and ends when its parent ends, whatever the parent's reason."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import leave, more, reason_of, say, take


class Tells(GenServer):
    def init(self, pid: Pid) -> None:
        process.trap_exit(True)
        self.pid = pid

    def handle_info(self, message: object) -> None:
        process.send(self.pid, message)

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def parent(pid: Pid) -> None:
    process.send(pid, GenServer.start_link(Tells, pid))
    leave(process.receive())


def scenario() -> None:
    for reason in ("normal", "boom"):
        started_by = process.spawn(parent, process.self())
        ref = process.monitor(take())
        process.send(started_by, reason)
        say(reason_of(ref))
    say(more())
