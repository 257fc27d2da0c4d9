"""The state of a server can be read and replaced from outside."""

from pybeam import GenServer, sys
from tests.scenarios.trace import say


class Counter(GenServer):
    def init(self, n: int) -> None:
        self.n = n

    def handle_call(self, request: object, from_: object) -> int:
        return self.n


def scenario() -> None:
    pid = GenServer.start(Counter, 41)
    say(sys.get_state(pid))
    say(sys.replace_state(pid, lambda state: state | {"n": 42}))
    say(GenServer.call(pid, "n"))
