"""The messages that a server takes and sends are counted, when asked for."""

from pybeam import GenServer, process, sys
from tests.scenarios.trace import say


class Echo(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return request

    def handle_cast(self, message: object) -> None:
        pass

    def handle_info(self, message: object) -> None:
        pass


def scenario() -> None:
    pid = GenServer.start(Echo)
    sys.statistics(pid, True)
    GenServer.call(pid, "hello")
    GenServer.cast(pid, "hello")
    process.send(pid, "hello")
    counted = sys.statistics(pid, "get")
    assert counted is not None
    say((counted.messages_in, counted.messages_out))
    sys.statistics(pid, False)
