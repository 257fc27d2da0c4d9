"""A timer goes on when the process that made it has ended."""

from pybeam import process
from tests.scenarios.trace import fate, say, take


def scenario() -> None:
    me = process.self()
    say(fate(process.send_after, me, "tick", 0.03))
    say(take())
