"""The state of a server of another node can be read and replaced."""

from pybeam import GenServer, Pid, sys
from tests.scenarios.trace import on, outcome, peers, say


class Counter(GenServer):
    def init(self, n: int) -> None:
        self.n = n


def start(n: int) -> Pid:
    return GenServer.start(Counter, n, name="counter")


def scenario() -> None:
    [b] = peers(1)
    pid = on(b, start, 41)
    say(sys.get_state(("counter", b)))
    say(sys.replace_state(pid, lambda state: state | {"n": 42}))
    say(sys.get_state(pid))
    say(outcome(lambda: sys.get_state(("counter", "nowhere@127.0.0.1"))))
