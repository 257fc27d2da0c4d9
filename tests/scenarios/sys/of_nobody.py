"""The state of a process that has ended cannot be read: noproc."""

from pybeam import process, sys
from tests.scenarios.trace import outcome, reason_of, say


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    say(outcome(lambda: sys.get_state(pid)))
    say(outcome(lambda: sys.get_state("nobody")))
