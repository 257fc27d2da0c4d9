"""GenServer.stop ends a server of another node, and waits until it has ended."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import on, outcome, peers, reason_of, say


class Plain(GenServer):
    pass


def start() -> Pid:
    return GenServer.start(Plain, name="plain")


def scenario() -> None:
    [b] = peers(1)
    pid = on(b, start)
    ref = process.monitor(pid)
    GenServer.stop(("plain", b), "shutdown")
    say("ok")
    say(reason_of(ref))
    say(outcome(lambda: GenServer.stop(("plain", b))))
    say(outcome(lambda: GenServer.stop(("plain", "nowhere@127.0.0.1"))))
