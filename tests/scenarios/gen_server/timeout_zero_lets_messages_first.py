"""A timeout of 0 comes due at once, unless a message is there already: that one is taken, and no timeout comes."""

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import more, say, take


class Hasty(GenServer):
    def init(self, pid: Pid, busy: bool) -> int:
        self.pid = pid
        if busy:
            process.send(process.self(), "message")
        return 0

    def handle_info(self, message: object) -> None:
        process.send(self.pid, message)


def scenario() -> None:
    GenServer.start(Hasty, process.self(), False)
    say(take())
    GenServer.start(Hasty, process.self(), True)
    say(take())
    say(more())
