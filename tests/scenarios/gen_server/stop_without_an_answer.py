"""A server that stops in a call without an answer: the caller's call exits with that reason."""

from functools import partial

from pybeam import GenServer, Stop
from tests.scenarios.trace import outcome, say


class Ends(GenServer):
    def handle_call(self, reason: object, from_: object) -> Stop:
        return Stop(reason)

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    for reason in ("normal", "shutdown", ("shutdown", "moved"), "boom"):
        pid = GenServer.start(Ends)
        say(outcome(partial(GenServer.call, pid, reason)))
