"""Who is killed ends with killed, and that is what the linked get: one that traps exits lives on."""

from pybeam import process
from tests.scenarios.trace import idle, more, say, take


def scenario() -> None:
    process.trap_exit(True)
    child = process.spawn_link(idle)
    process.exit(child, "kill")
    say(take() == ("EXIT", child, "killed"))
    say(more())
