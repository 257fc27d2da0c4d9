"""Calls, casts and plain messages of one sender are taken in the order in which they were sent."""

from pybeam import GenServer, process
from tests.scenarios.trace import say


class Log(GenServer):
    def init(self) -> None:
        self.log: list[object] = []

    def handle_cast(self, message: object) -> None:
        self.log.append(("cast", message))

    def handle_info(self, message: object) -> None:
        self.log.append(("info", message))

    def handle_call(self, request: object, from_: object) -> list[object]:
        return self.log


def scenario() -> None:
    pid = GenServer.start(Log)
    GenServer.cast(pid, 1)
    process.send(pid, 2)
    GenServer.cast(pid, 3)
    say(GenServer.call(pid, "log"))
