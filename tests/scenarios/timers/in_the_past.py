"""A timer with a time in the past is an error."""

from pybeam import process
from tests.scenarios.trace import outcome, say


def scenario() -> None:
    say(outcome(lambda: process.send_after(process.self(), "tick", -1)))
