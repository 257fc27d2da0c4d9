"""A function for replace_state that raises changes nothing, and the server goes on."""

from pybeam import GenServer, sys
from tests.scenarios.trace import outcome, say


class Counter(GenServer):
    def init(self, n: int) -> None:
        self.n = n


def fails(state: object) -> None:
    raise RuntimeError("oops")


def scenario() -> None:
    pid = GenServer.start(Counter, 41)
    what = outcome(lambda: sys.replace_state(pid, fails))
    say(isinstance(what, tuple) and what[0] in ("raised", "exit"))
    say(sys.get_state(pid))
