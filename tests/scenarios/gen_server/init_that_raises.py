"""When init raises, start gives the crash as an error."""

from pybeam import GenServer
from tests.scenarios.trace import say, started


class Fails(GenServer):
    def init(self) -> None:
        raise RuntimeError("no disk")


def scenario() -> None:
    say(started(lambda: GenServer.start(Fails)))
