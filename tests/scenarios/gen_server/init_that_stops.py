"""When init stops, start gives the reason as an error."""

from pybeam import GenServer, Stop, process
from tests.scenarios.trace import say, started


class Refuses(GenServer):
    def init(self, reason: str) -> Stop:
        return Stop(reason)


def scenario() -> None:
    say(started(lambda: GenServer.start(Refuses, "bad")))
    say(started(lambda: GenServer.start(Refuses, "normal", name="refuses")))
    say(process.whereis("refuses"))
