"""A timer that is cancelled in time never fires; cancelling tells how much time was left."""

from pybeam import process
from tests.scenarios.trace import more, say

difference = "nothing-is-none"
expected = ["true", "nil", "nothing"]


def scenario() -> None:
    ref = process.send_after(process.self(), "tick", 60.0)
    left = process.cancel_timer(ref)
    say(left is not None and 50.0 < left <= 60.0)
    say(process.cancel_timer(ref))
    say(more())
