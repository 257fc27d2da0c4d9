"""An EXIT message that is in the mailbox already stays there after unlink."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, more, say, settle, take


def scenario() -> None:
    process.trap_exit(True)
    child = process.spawn_link(idle)
    say(end_with(child, "boom"))
    settle()
    process.unlink(child)
    say(take() == ("EXIT", child, "boom"))
    say(more())
