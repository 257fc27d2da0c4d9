"""A callback that exits ends the server with that reason, after terminate."""

from pybeam import GenServer, process
from tests.scenarios.trace import leave, outcome, say


class Leaves(GenServer):
    def handle_call(self, reason: object, from_: object) -> None:
        leave(reason)

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    pid = GenServer.start(Leaves)
    say(outcome(lambda: GenServer.call(pid, "boom")))
    say(process.alive(pid))
