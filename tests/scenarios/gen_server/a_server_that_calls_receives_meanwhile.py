"""While a server waits for the answer to a call of its own, its other messages wait, in their order."""

from typing import Any

from pybeam import GenServer, process
from tests.scenarios.trace import say, settle, take


class Middle(GenServer):
    def init(self) -> None:
        self.seen: list[object] = []

    def handle_call(self, request: Any, from_: object) -> object:
        if request == "seen":
            return self.seen
        answer = GenServer.call(request[1], "slow")
        self.seen.append("asked")
        return answer

    def handle_cast(self, message: object) -> None:
        self.seen.append(message)


class Slow(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        settle()
        return request


def scenario() -> None:
    slow, middle = GenServer.start(Slow), GenServer.start(Middle)
    me = process.self()
    process.spawn(lambda: process.send(me, GenServer.call(middle, ("ask", slow))))
    process.sleep(0.01)
    for message in ("one", "two"):
        GenServer.cast(middle, message)
    say(take())
    say(GenServer.call(middle, "seen"))
