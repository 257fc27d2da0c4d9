"""A process that has ended gets no name."""

from pybeam import process
from tests.scenarios.trace import outcome, reason_of, say


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    say(outcome(lambda: process.register("late", pid)))
