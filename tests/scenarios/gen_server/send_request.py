"""A request may be sent now, and its answer be asked for later."""

from pybeam import GenServer
from tests.scenarios.trace import more, say


class Echo(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return request


def scenario() -> None:
    pid = GenServer.start(Echo)
    promises = [GenServer.call_async(pid, number) for number in (1, 2, 3)]
    say([promise.result(1.0) for promise in reversed(promises)])
    say(more())
