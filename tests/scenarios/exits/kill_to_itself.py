"""The exit signal kill to itself ends a process that traps exits, too."""

from pybeam import process
from tests.scenarios.trace import fate, say


def scenario() -> None:
    def body() -> None:
        process.trap_exit(True)
        process.exit(process.self(), "kill")

    say(fate(body))
