"""The exit signal kill ends also who traps exits; the reason is then killed."""

from pybeam import process
from tests.scenarios.trace import end_with, hand_on, say, take


def scenario() -> None:
    pid = process.spawn(hand_on, process.self())
    say(take())
    say(end_with(pid, "kill"))
