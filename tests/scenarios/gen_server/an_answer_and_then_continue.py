"""A server that answers and continues does the continuing before it takes the next message."""

from pybeam import Continue, GenServer, Reply
from tests.scenarios.trace import say, settle


class Busy(GenServer):
    def init(self) -> None:
        self.seen: list[str] = []

    def handle_call(self, request: str, from_: object) -> Reply:
        if request == "seen":
            return Reply(self.seen)
        self.seen.append("call")
        return Reply("answer", Continue("work"))

    def handle_continue(self, step: str) -> None:
        settle()
        self.seen.append(step)

    def handle_cast(self, message: str) -> None:
        self.seen.append(message)


def scenario() -> None:
    pid = GenServer.start(Busy)
    say(GenServer.call(pid, "ask"))
    GenServer.cast(pid, "cast")
    say(GenServer.call(pid, "seen"))
