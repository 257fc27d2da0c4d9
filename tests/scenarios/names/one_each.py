"""A process has one name at most."""

from pybeam import process
from tests.scenarios.trace import outcome, say


def scenario() -> None:
    process.register("one", process.self())
    say(outcome(lambda: process.register("two", process.self())))
    say(process.whereis("two"))
