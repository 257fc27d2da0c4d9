"""A module that does not compile is refused, and a running server goes on as it was."""

import sys
from typing import Any

from pybeam import GenServer, code
from tests.scenarios.trace import outcome, say

OLD = """
from pybeam import GenServer

__version__ = "1"

class Counter(GenServer):
    def init(self, n):
        self.n = n

    def handle_call(self, request, from_):
        self.n += 1
        return "old", self.n - 1
"""


def scenario() -> None:
    code.load("counter_of_scenarios", source=OLD)
    pid = GenServer.start(sys.modules["counter_of_scenarios"].Counter, 4)
    what: Any = outcome(lambda: code.load("counter_of_scenarios", source="class Counter: def ("))
    say(what[0])
    say(GenServer.call(pid, "ask"))
    say(GenServer.call(pid, "ask"))
