"""When init stops under start_link, a starter on a BEAM gets the error and the exit signal of the link as well.
Here it gets the error alone.
"""

from pybeam import GenServer, Stop, process
from tests.scenarios.trace import more, say, started

difference = "start-link-that-fails"
expected = ["{error, bad}", "nothing"]


class Refuses(GenServer):
    def init(self, reason: str) -> Stop:
        return Stop(reason)


def scenario() -> None:
    process.trap_exit(True)
    say(started(lambda: GenServer.start_link(Refuses, "bad")))
    say(more())
