"""Timers fire in the order of their times, not in that of their making."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    for milliseconds in (300, 20, 150):
        process.send_after(process.self(), milliseconds, milliseconds / 1000)
    for _ in range(3):
        say(take())
