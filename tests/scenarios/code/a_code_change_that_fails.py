"""When code_change fails, the server keeps its state. On a BEAM it has the new code all the same; here it keeps
its old class as well.
"""

import sys

from pybeam import GenServer, code
from tests.scenarios.trace import say

difference = "a-code-change-that-fails"
expected = ["{old, 4}", "{old, 5}"]

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

class Counter(GenServer):
    def handle_call(self, request, from_):
        return "new", self.n

    def code_change(self, old_version):
        raise RuntimeError("no way")
"""


def scenario() -> None:
    code.load("counter_of_scenarios", source=OLD)
    pid = GenServer.start(sys.modules["counter_of_scenarios"].Counter, 4)
    say(GenServer.call(pid, "ask"))
    code.load("counter_of_scenarios", source=NEW)
    say(GenServer.call(pid, "ask"))
