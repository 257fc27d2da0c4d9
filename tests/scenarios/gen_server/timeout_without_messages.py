"""A timeout that a callback returns comes due as the message timeout, once."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import more, say, take


class Patient(GenServer):
    def init(self, pid: Pid) -> float:
        self.pid = pid
        return 0.01

    def handle_info(self, message: object) -> None:
        process.send(self.pid, message)


def scenario() -> None:
    GenServer.start(Patient, process.self())
    say(take())
    say(more())
