"""A node that does not answer multi_call in time is among the bad ones; its late answer is dropped."""

from pybeam import GenServer, Pid, node, process
from tests.scenarios.trace import more, on, peers, say


class Slow(GenServer):
    def init(self, seconds: float) -> None:
        self.seconds = seconds

    def handle_call(self, request: object, from_: object) -> object:
        process.sleep(self.seconds)
        return request


def start(seconds: float) -> Pid:
    return GenServer.start(Slow, seconds, name="slow")


def scenario() -> None:
    [b] = peers(1)
    start(0.0)
    on(b, start, 0.3)
    say(GenServer.multi_call([node.self(), b], "slow", "ask", 0.1))
    say(more(0.4))
