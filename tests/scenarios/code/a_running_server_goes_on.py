"""A running server goes on with new code; code_change is told the old version and takes the state over."""

import sys

from pybeam import GenServer, code
from tests.scenarios.trace import say

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

NEW = """
from pybeam import GenServer
from tests.scenarios.trace import say

class Counter(GenServer):
    def handle_call(self, request, from_):
        self.count += 1
        return "new", self.count - 1

    def code_change(self, old_version):
        say(("from", old_version))
        self.count = self.n * 10
"""


def scenario() -> None:
    code.load("counter_of_scenarios", source=OLD)
    pid = GenServer.start(sys.modules["counter_of_scenarios"].Counter, 4)
    say(GenServer.call(pid, "ask"))
    code.load("counter_of_scenarios", source=NEW)
    say(GenServer.call(pid, "ask"))
