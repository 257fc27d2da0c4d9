"""An exit signal that the parent sends ends a server that traps exits, after terminate, like the parent's end."""

from pybeam import GenServer, process
from tests.scenarios.trace import reason_of, say, take


class Tells(GenServer):
    def init(self) -> None:
        process.trap_exit(True)

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    process.trap_exit(True)
    pid = GenServer.start_link(Tells)
    ref = process.monitor(pid)
    process.exit(pid, "enough")
    say(reason_of(ref))
    say(take() == ("EXIT", pid, "enough"))
