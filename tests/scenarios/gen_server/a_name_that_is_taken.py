"""A second server of one name is not started; the error has the pid of the first."""

from pybeam import GenServer, process
from tests.scenarios.trace import say, started


class Named(GenServer):
    def init(self) -> None:
        say("init")


def scenario() -> None:
    pid = GenServer.start(Named, name="named")
    say(started(lambda: GenServer.start(Named, name="named")) == ("error", ("already_started", pid)))
    say(process.whereis("named") == pid)
