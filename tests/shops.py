"""The source of a module with servers in it, and what it becomes."""

from __future__ import annotations

FIRST = """
from pybeam import GenServer, process

__version__ = "1"

class Shop(GenServer):
    def init(self, prices=None):
        self.prices = prices or {"tea": 2}

    def handle_call(self, request, from_):
        if request == "wait":
            return process.receive(lambda message: message == "go on")
        return "old", self.prices[request]

    class Till(GenServer):
        def handle_call(self, request, from_):
            return "old till"

class Gone(GenServer):
    pass

def price():
    return "old"
"""

SECOND = """
from dataclasses import dataclass
from pybeam import GenServer

__version__ = "2"

@dataclass
class Price:
    amount: int

class Shop(GenServer):
    def init(self, prices=None):
        self.prices = {"tea": Price(3)}
        self.changes = []

    def handle_call(self, request, from_):
        return "new", self.prices[request].amount

    def code_change(self, old_version):
        self.prices = {name: Price(amount) for name, amount in self.prices.items()}
        self.changes = [old_version]

    class Till(GenServer):
        def handle_call(self, request, from_):
            return "new till"

def price():
    return "new"
"""
