"""A monitor has one direction and ends nobody: the watcher lives on, and its end is nothing to the watched."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, say


def scenario() -> None:
    def watch() -> None:
        process.monitor(pid)
        idle()

    pid = process.spawn(idle)
    watcher = process.spawn(watch)
    say(end_with(watcher, "boom"))
    say(process.alive(pid))
