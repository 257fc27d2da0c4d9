"""Two servers of two nodes that wait for each other: on a BEAM until a call times out, here it is found at once."""

from pybeam import GenServer, Pid
from tests.scenarios.trace import on, outcome, peers, say

difference = "deadlocks-are-found"
expected = ["end_of_the_chain", "{exit, calling_self}"]


class Asks(GenServer):
    def handle_call(self, request: list[Pid], from_: object) -> object:
        if not request:
            return "end_of_the_chain"
        return outcome(lambda: GenServer.call(request[0], request[1:], timeout=3.0))


def start() -> Pid:
    return GenServer.start(Asks)


def scenario() -> None:
    [b] = peers(1)
    one, two = start(), on(b, start)
    say(GenServer.call(one, [two]))
    say(GenServer.call(one, [two, one]))
