"""A server that calls itself is told so at once."""

from pybeam import GenServer, process
from tests.scenarios.trace import outcome, say


class Narcissus(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return outcome(lambda: GenServer.call(process.self(), "ask"))


def scenario() -> None:
    pid = GenServer.start(Narcissus)
    say(GenServer.call(pid, "ask"))
