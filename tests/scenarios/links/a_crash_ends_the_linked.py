"""A process that ends abnormally takes those linked to it along, with the same reason."""

from pybeam import process
from tests.scenarios.trace import fate, idle, leave, say


def scenario() -> None:
    def parent() -> None:
        process.spawn_link(leave, "boom")
        idle()

    say(fate(parent))
