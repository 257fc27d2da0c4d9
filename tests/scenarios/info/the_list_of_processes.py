"""The list of processes has those that run, and not those that have ended."""

from pybeam import process
from tests.scenarios.trace import idle, reason_of, say


def scenario() -> None:
    one = process.spawn(idle)
    two, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    say(one in process.list())
    say(two in process.list())
    say(process.self() in process.list())
