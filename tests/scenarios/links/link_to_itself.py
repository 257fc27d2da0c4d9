"""A process may link to itself, and nothing comes of it."""

from pybeam import process
from tests.scenarios.trace import more, say


def scenario() -> None:
    process.trap_exit(True)
    process.link(process.self())
    say(more())
