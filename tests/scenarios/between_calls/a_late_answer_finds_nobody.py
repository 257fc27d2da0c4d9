"""The answer of another node that comes after the call's timeout does not reach the mailbox."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import more, on, outcome, peers, say


class Slow(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        process.sleep(0.2)
        return request


def start() -> Pid:
    return GenServer.start(Slow)


def scenario() -> None:
    [b] = peers(1)
    pid = on(b, start)
    say(outcome(lambda: GenServer.call(pid, "late", timeout=0.01)))
    say(GenServer.call(pid, "next"))
    say(more())
