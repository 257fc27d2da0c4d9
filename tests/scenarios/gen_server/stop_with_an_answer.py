"""A server that stops in a call with an answer first runs terminate, then answers, then ends."""

from pybeam import GenServer, Stop, process
from tests.scenarios.trace import reason_of, say


class Ends(GenServer):
    def handle_call(self, reason: object, from_: object) -> Stop:
        return Stop(reason, reply="bye")

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    pid = GenServer.start(Ends)
    ref = process.monitor(pid)
    say(GenServer.call(pid, "shutdown"))
    say(reason_of(ref))
