"""Who has sent an exit signal finds the process dead at once."""

from pybeam import process
from tests.scenarios.trace import idle, say


def scenario() -> None:
    pid = process.spawn(idle)
    process.exit(pid, "kill")
    say(process.alive(pid))
