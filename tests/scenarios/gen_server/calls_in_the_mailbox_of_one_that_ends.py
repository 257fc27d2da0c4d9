"""Calls that still wait in the mailbox when a server ends exit with its reason, too."""

from pybeam import GenServer, Pid, Stop, process
from tests.scenarios.trace import outcome, say, take


class Busy(GenServer):
    def handle_call(self, request: object, from_: object) -> Stop:
        process.sleep(0.04)
        return Stop("boom")


def ask(pid: Pid, reply_to: Pid) -> None:
    process.send(reply_to, outcome(lambda: GenServer.call(pid, "work")))


def scenario() -> None:
    pid = GenServer.start(Busy)
    for _ in range(3):
        process.spawn(ask, pid, process.self())
    for _ in range(3):
        say(take())
