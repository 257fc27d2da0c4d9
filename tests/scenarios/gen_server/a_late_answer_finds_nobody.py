"""The answer that comes after a call's timeout does not reach the mailbox."""

from pybeam import GenServer, process
from tests.scenarios.trace import more, outcome, say


class Slow(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        process.sleep(0.2)
        return request


def scenario() -> None:
    pid = GenServer.start(Slow)
    say(outcome(lambda: GenServer.call(pid, "late", timeout=0.01)))
    say(GenServer.call(pid, "next"))
    say(more())
