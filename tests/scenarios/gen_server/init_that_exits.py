"""When init exits, start gives the reason; when a process that it is linked to ends it, too."""

from pybeam import GenServer, process
from tests.scenarios.trace import idle, leave, say, started


class Exits(GenServer):
    def init(self, how: str) -> None:
        if how == "by_itself":
            leave("bad")
        process.spawn_link(leave, "bang")
        idle()


def scenario() -> None:
    say(started(lambda: GenServer.start(Exits, "by_itself")))
    say(started(lambda: GenServer.start(Exits, "by_link")))
