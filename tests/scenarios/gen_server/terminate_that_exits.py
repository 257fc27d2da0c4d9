"""A terminate that exits gives the server that reason."""

from pybeam import GenServer, Stop, process
from tests.scenarios.trace import leave, reason_of, say


class Leaves(GenServer):
    def handle_cast(self, reason: object) -> Stop:
        return Stop(reason)

    def terminate(self, reason: object) -> None:
        leave(("instead_of", reason))


def scenario() -> None:
    pid = GenServer.start(Leaves)
    ref = process.monitor(pid)
    GenServer.cast(pid, "normal")
    say(reason_of(ref))
