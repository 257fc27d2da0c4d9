"""A callback that raises ends the server; terminate is told, and so is the caller."""

from pybeam import GenServer, process
from tests.scenarios.trace import outcome, reason_of, say


class Fails(GenServer):
    def handle_call(self, request: object, from_: object) -> None:
        raise RuntimeError("oops")

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    pid = GenServer.start(Fails)
    ref = process.monitor(pid)
    say(outcome(lambda: GenServer.call(pid, "ask")))
    say(reason_of(ref))
