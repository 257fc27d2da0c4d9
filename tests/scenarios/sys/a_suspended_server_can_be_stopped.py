"""A suspended server can be stopped, and runs its terminate."""

from pybeam import GenServer, sys
from tests.scenarios.trace import say


class Tells(GenServer):
    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    pid = GenServer.start(Tells)
    sys.suspend(pid)
    GenServer.stop(pid, "shutdown", 0.5)
    say("ok")
