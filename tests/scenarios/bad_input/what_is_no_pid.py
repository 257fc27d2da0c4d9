"""link, monitor and exit want a pid."""

from typing import Any

from pybeam import process
from tests.scenarios.trace import outcome, say


def scenario() -> None:
    word: Any = "no_pid"
    number: Any = 7
    say(outcome(lambda: process.link(word)))
    say(outcome(lambda: process.monitor(number)))
    say(outcome(lambda: process.exit(number, "boom")))
