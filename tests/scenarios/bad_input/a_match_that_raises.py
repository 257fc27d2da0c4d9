"""A receive whose match raises: the error comes out, and the message stays."""

from pybeam import process
from tests.scenarios.trace import outcome, say, take

difference = "a-match-that-raises"
expected = ["{raised, ZeroDivisionError}", "{n, 0}"]


def scenario() -> None:
    process.send(process.self(), ("n", 0))
    say(outcome(lambda: process.receive(lambda message: 1 // message[1] > 0, timeout=0)))
    say(take())
