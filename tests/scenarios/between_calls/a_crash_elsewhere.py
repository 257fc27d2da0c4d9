"""A server that crashes on another node: its caller hears what was raised there."""

from pybeam import GenServer, Pid
from tests.scenarios.trace import on, outcome, peers, say


class Fails(GenServer):
    def handle_call(self, request: object, from_: object) -> None:
        raise RuntimeError("oops")


def start() -> Pid:
    return GenServer.start(Fails)


def scenario() -> None:
    [b] = peers(1)
    pid = on(b, start)
    say(outcome(lambda: GenServer.call(pid, "ask")))
