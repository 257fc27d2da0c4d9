"""The reason kill that comes over a link ends who does not trap exits, with kill and not killed."""

from pybeam import process
from tests.scenarios.trace import fate, idle, leave, say


def scenario() -> None:
    def parent() -> None:
        process.spawn_link(leave, "kill")
        idle()

    say(fate(parent))
