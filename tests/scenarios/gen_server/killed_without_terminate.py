"""A server that is killed, or that does not trap exits and gets an exit signal, does not run terminate."""

from pybeam import GenServer, process
from tests.scenarios.trace import end_with, say


class Tells(GenServer):
    def init(self, trap: bool) -> None:
        process.trap_exit(trap)

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    for trap, reason in ((True, "kill"), (False, "kill"), (False, "shutdown")):
        pid = GenServer.start(Tells, trap)
        say(end_with(pid, reason))
