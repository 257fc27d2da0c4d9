"""Setting trap_exit gives back what held before."""

from pybeam import process
from tests.scenarios.trace import say


def scenario() -> None:
    say(process.trap_exit(True))
    say(process.trap_exit(True))
    say(process.trap_exit(False))
    say(process.trap_exit(False))
