"""A server that is killed while its init runs: start gives killed."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import idle, say, started, take


class Doomed(GenServer):
    def init(self, pid: Pid) -> None:
        process.send(pid, process.self())
        idle()


def starter(pid: Pid) -> None:
    process.send(pid, ("started", started(lambda: GenServer.start(Doomed, pid))))


def scenario() -> None:
    process.spawn(starter, process.self())
    process.exit(take(), "kill")
    say(take())
