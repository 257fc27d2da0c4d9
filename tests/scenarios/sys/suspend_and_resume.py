"""A suspended server takes no requests; they wait for it, and their callers' timeouts go on."""

from pybeam import GenServer, process, sys
from tests.scenarios.trace import more, outcome, say, take


class Echo(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return request


def scenario() -> None:
    pid = GenServer.start(Echo)
    sys.suspend(pid)
    say(outcome(lambda: GenServer.call(pid, "one", timeout=0.02)))
    me = process.self()
    process.spawn(lambda: process.send(me, ("answer", GenServer.call(pid, "two"))))
    say(more())
    sys.resume(pid)
    say(take())
    say(more())
