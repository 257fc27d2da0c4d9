"""A server goes on with its module's new source: code_change gets the old version and makes the new state."""

from __future__ import annotations

import importlib
import sys as interpreter

from pybeam import Atom, GenServer, code, process, sys
from tests.scenarios.trace import more, say, take

FIRST = """
from pybeam import Atom, GenServer
__version__ = "1"

class Till(GenServer):
    def init(self, coins):
        self.coins = coins

    def handle_call(self, request, from_):
        return Atom("coins"), self.coins
"""

SECOND = """
from pybeam import Atom, GenServer
__version__ = "2"

class Till(GenServer):
    def init(self, coins):
        self.cents, self.changed_from = coins * 100, None

    def handle_call(self, request, from_):
        return Atom("cents"), self.cents, self.changed_from

    def code_change(self, old_version):
        self.cents, self.changed_from = self.coins * 100, old_version
"""


def scenario() -> None:
    interpreter.modules.pop("till_of_the_scenario", None)
    code.load("till_of_the_scenario", source=FIRST)
    pid = GenServer.start(importlib.import_module("till_of_the_scenario").Till, 5)
    say(GenServer.call(pid, Atom("count")))
    sys.suspend(pid)
    me = process.self()
    process.spawn(lambda: process.send(me, ("answer", GenServer.call(pid, "count"))))
    say(more())
    code.load("till_of_the_scenario", source=SECOND)
    say(more())
    sys.resume(pid)
    say(take())
    later = GenServer.start(importlib.import_module("till_of_the_scenario").Till, 1)
    say(GenServer.call(later, "count"))
