"""start returns when init has run; the state is there for the first call."""

from pybeam import GenServer, process
from tests.scenarios.trace import say


class Slow(GenServer):
    def init(self, state: int) -> None:
        self.state = state
        process.sleep(0.02)
        say("init_done")

    def handle_call(self, request: object, from_: object) -> int:
        return self.state


def scenario() -> None:
    pid = GenServer.start(Slow, 42)
    say("started")
    say(GenServer.call(pid, "get"))
