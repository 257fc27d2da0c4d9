"""A second answer to one call is dropped."""

from typing import Any

from pybeam import GenServer
from tests.scenarios.trace import more, say, settle


class Twice(GenServer):
    def handle_call(self, request: object, from_: Any) -> str:
        GenServer.reply(from_, "first")
        settle()
        return "second"


def scenario() -> None:
    pid = GenServer.start(Twice)
    say(GenServer.call(pid, "ask"))
    say(more())
