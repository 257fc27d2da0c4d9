"""A call to a process that has ended, or to a name that nobody has, exits with noproc; a cast does nothing."""

from pybeam import GenServer, node, process
from tests.scenarios.trace import outcome, reason_of, say


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: None)
    say(reason_of(ref))
    say(outcome(lambda: GenServer.call(pid, "ask")))
    say(outcome(lambda: GenServer.call("nobody", "ask")))
    say(outcome(lambda: GenServer.call(("nobody", node.self()), "ask")))
    GenServer.cast(pid, "tell")
    say("ok")
    GenServer.cast("nobody", "tell")
    say("ok")
