"""An answer to a caller that has ended is dropped, and the server goes on."""

from typing import Any

from pybeam import GenServer, NoReply, process
from tests.scenarios.trace import end_with, say, settle


class Later(GenServer):
    def handle_call(self, request: object, from_: Any) -> object:
        if request == "wait":
            self.waiting = from_
            return NoReply()
        GenServer.reply(self.waiting, "too_late")
        return "ok"


def scenario() -> None:
    pid = GenServer.start(Later)
    caller = process.spawn(GenServer.call, pid, "wait")
    settle()
    say(end_with(caller, "boom"))
    say(GenServer.call(pid, "answer"))
