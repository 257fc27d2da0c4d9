"""A timer that has fired cannot be cancelled; its message stays."""

from pybeam import process
from tests.scenarios.trace import say, settle, take


def scenario() -> None:
    ref = process.send_after(process.self(), "tick", 0)
    settle()
    say(process.cancel_timer(ref) is None)
    say(take())
