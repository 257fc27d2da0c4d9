"""Two servers that wait for each other: on a BEAM until one call times out, here it is found at once."""

from pybeam import GenServer, Pid
from tests.scenarios.trace import outcome, say

difference = "deadlocks-are-found"
expected = ["end_of_the_chain", "{exit, calling_self}"]


class Asks(GenServer):
    def handle_call(self, request: list[Pid], from_: object) -> object:
        if not request:
            return "end_of_the_chain"
        return outcome(lambda: GenServer.call(request[0], request[1:], timeout=0.2))


def scenario() -> None:
    one, two = GenServer.start(Asks), GenServer.start(Asks)
    say(GenServer.call(one, [two]))
    say(GenServer.call(one, [two, one]))
