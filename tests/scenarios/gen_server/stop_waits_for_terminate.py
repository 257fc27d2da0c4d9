"""GenServer.stop returns when terminate has run and the server has ended."""

from pybeam import GenServer, process
from tests.scenarios.trace import say


class Tells(GenServer):
    def terminate(self, reason: object) -> None:
        process.sleep(0.02)
        say(("terminate", reason))


def scenario() -> None:
    for reason in ("normal", "shutdown", "boom"):
        pid = GenServer.start(Tells)
        GenServer.stop(pid, reason)
        say("ok")
        say(process.alive(pid))
