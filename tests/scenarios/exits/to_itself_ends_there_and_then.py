"""The exit signal to itself ends a process before its next step."""

from pybeam import process
from tests.scenarios.trace import fate, more, say


def scenario() -> None:
    me = process.self()

    def body() -> None:
        process.exit(process.self(), "boom")
        process.send(me, "went_on")

    say(fate(body))
    say(more())
