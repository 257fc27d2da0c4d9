"""The info of a process that has ended is nil."""

from pybeam import process
from tests.scenarios.trace import reason_of, say


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    say(process.info(pid))
