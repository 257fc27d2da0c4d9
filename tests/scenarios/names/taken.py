"""A name that is taken is not given to another, nor to the same process again."""

from pybeam import process
from tests.scenarios.trace import idle, outcome, say

difference = "errors-of-our-own"
expected = ["{raised, AlreadyStarted}", "{raised, AlreadyStarted}", "true"]


def scenario() -> None:
    process.register("taken", process.self())
    say(outcome(lambda: process.register("taken", process.spawn(idle))))
    say(outcome(lambda: process.register("taken", process.self())))
    say(process.whereis("taken") == process.self())
