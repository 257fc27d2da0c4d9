"""multi_call asks the servers of one name on many nodes, and tells which did not answer."""

from pybeam import GenServer, Pid, node
from tests.scenarios.trace import more, on, peers, say


class Echo(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return (node.self(), request)


def start() -> Pid:
    return GenServer.start(Echo, name="echo")


def scenario() -> None:
    b, c = peers(2)
    for name in (node.self(), b):
        on(name, start)
    replies, bad = GenServer.multi_call([node.self(), b, c, "nowhere@127.0.0.1"], "echo", "ask", 5.0)
    say(sorted(replies))
    say(sorted(bad))
    say(more())
