"""When init ignores, nothing is started: start gives ignore on a BEAM, None here."""

from pybeam import GenServer, Ignore, process
from tests.scenarios.trace import more, say

difference = "nothing-is-none"
expected = ["nil", "nil", "nothing"]


class Idle(GenServer):
    def init(self) -> Ignore:
        return Ignore()


def scenario() -> None:
    process.trap_exit(True)
    say(GenServer.start_link(Idle, name="idle"))
    say(process.whereis("idle"))
    say(more())
