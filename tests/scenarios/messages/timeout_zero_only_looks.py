"""A receive with the timeout 0 takes what is there, and does not wait."""

from pybeam import ReceiveTimeout, process
from tests.scenarios.trace import say


def scenario() -> None:
    def look() -> object:
        try:
            return process.receive(timeout=0)
        except ReceiveTimeout:
            return "empty"

    say(look())
    process.send(process.self(), "hello")
    say(look())
    say(look())
