"""A server that does not trap exits lives on when its parent ends normally."""

from pybeam import GenServer, process
from tests.scenarios.trace import fate, say, take


class Plain(GenServer):
    def handle_call(self, request: object, from_: object) -> str:
        return "here"


def scenario() -> None:
    me = process.self()
    say(fate(lambda: process.send(me, GenServer.start_link(Plain))))
    say(GenServer.call(take(), "ask"))
