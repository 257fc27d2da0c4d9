"""A server may answer a call later, after having taken other messages."""

from typing import Any

from pybeam import GenServer, NoReply, process
from tests.scenarios.trace import more, say, take


class Later(GenServer):
    def handle_call(self, request: object, from_: Any) -> NoReply:
        self.waiting = from_
        return NoReply()

    def handle_cast(self, value: object) -> None:
        GenServer.reply(self.waiting, value)


def scenario() -> None:
    def caller() -> None:
        process.send(me, ("answer", GenServer.call(pid, "wait")))

    pid = GenServer.start(Later)
    me = process.self()
    process.spawn(caller)
    say(more())
    GenServer.cast(pid, "now")
    say(take())
