"""Any process may answer a call."""

from typing import Any

from pybeam import GenServer, NoReply, process
from tests.scenarios.trace import say


class Boss(GenServer):
    def handle_call(self, request: object, from_: Any) -> NoReply:
        process.spawn(GenServer.reply, from_, ("done", request))
        return NoReply()


def scenario() -> None:
    pid = GenServer.start(Boss)
    say(GenServer.call(pid, "work"))
