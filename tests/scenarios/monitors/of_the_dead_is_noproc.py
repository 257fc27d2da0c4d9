"""A monitor of a process that has ended: DOWN comes with noproc."""

from pybeam import process
from tests.scenarios.trace import reason_of, say, take


def scenario() -> None:
    pid, first = process.spawn_monitor(lambda: None)
    say(reason_of(first))
    ref = process.monitor(pid)
    say(take() == ("DOWN", ref, "process", pid, "noproc"))
