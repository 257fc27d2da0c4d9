"""abcast reaches the servers of one name on many nodes, and does not mind those that are not there."""

from pybeam import GenServer, Pid, node, process
from tests.scenarios.trace import more, on, peers, say, take


class Tells(GenServer):
    def init(self, pid: Pid) -> None:
        self.pid = pid

    def handle_cast(self, message: object) -> None:
        process.send(self.pid, (node.self(), message))


def start(pid: Pid) -> Pid:
    return GenServer.start(Tells, pid, name="tells")


def scenario() -> None:
    [b] = peers(1)
    for name in (node.self(), b):
        on(name, start, process.self())
    GenServer.abcast([node.self(), b, "nowhere@127.0.0.1"], "tells", "hello")
    say(sorted([take(), take()]))
    say(more())
