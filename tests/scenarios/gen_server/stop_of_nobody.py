"""GenServer.stop of a server that has ended exits with noproc."""

from pybeam import GenServer, process
from tests.scenarios.trace import outcome, reason_of, say


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    say(outcome(lambda: GenServer.stop(pid)))
    say(outcome(lambda: GenServer.stop("nobody")))
