"""A server of another node is called by its pid and by {name, node} like one at home."""

from pybeam import GenServer, Pid, node
from tests.scenarios.trace import on, outcome, peers, say


class Echo(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return (node.self(), request)


def start() -> Pid:
    return GenServer.start(Echo, name="echo")


def scenario() -> None:
    [b] = peers(1)
    pid = on(b, start)
    say(GenServer.call(pid, 1))
    say(GenServer.call(("echo", b), 2))
    say(outcome(lambda: GenServer.call("echo", 3)))
