"""Any message takes a timeout back, unless the callback sets a new one."""

from pybeam import GenServer, Pid, Reply, process
from tests.scenarios.trace import more, say, take


class Patient(GenServer):
    def init(self, pid: Pid) -> float:
        self.pid = pid
        return 0.03

    def handle_call(self, request: object, from_: object) -> Reply:
        return Reply("ok", 0.03 if request == "again" else None)

    def handle_info(self, message: object) -> None:
        process.send(self.pid, message)


def scenario() -> None:
    one = GenServer.start(Patient, process.self())
    say(GenServer.call(one, "no_more"))
    say(more())
    two = GenServer.start(Patient, process.self())
    say(GenServer.call(two, "again"))
    say(take())
