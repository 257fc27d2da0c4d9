"""A start whose init takes longer than it may gives timeout, and ends the server."""

from pybeam import GenServer, process
from tests.scenarios.trace import idle, say, started


class Slow(GenServer):
    def init(self) -> None:
        idle()


def scenario() -> None:
    say(started(lambda: GenServer.start(Slow, name="slow", timeout=0.02)))
    say(process.whereis("slow"))
