"""The exit signal normal, which does nothing from another process, ends a process that sends it to itself."""

from pybeam import process
from tests.scenarios.trace import fate, more, say


def scenario() -> None:
    me = process.self()

    def body() -> None:
        process.exit(process.self(), "normal")
        process.send(me, "went_on")

    say(fate(body))
    say(more())
