"""spawn_monitor gives a pid and a reference; DOWN names both."""

from pybeam import process
from tests.scenarios.trace import leave, more, say, take


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: leave("boom"))
    say((pid, ref))
    say(take())
    say(more())
