"""After unlink no EXIT comes, whatever happens to the other."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, more, say


def scenario() -> None:
    process.trap_exit(True)
    child = process.spawn_link(idle)
    process.unlink(child)
    say(end_with(child, "boom"))
    say(more())
