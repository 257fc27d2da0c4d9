"""A process of a third node may answer a call."""

from typing import Any

from pybeam import GenServer, NoReply, Pid, node
from tests.scenarios.trace import on, peers, say


def answer(from_: Any, request: object) -> None:
    GenServer.reply(from_, (node.self(), request))


class Boss(GenServer):
    def init(self, worker: str) -> None:
        self.worker = worker

    def handle_call(self, request: object, from_: Any) -> NoReply:
        node.spawn(self.worker, answer, from_, request)
        return NoReply()


def start(worker: str) -> Pid:
    return GenServer.start(Boss, worker)


def scenario() -> None:
    b, c = peers(2)
    pid = on(b, start, c)
    say(GenServer.call(pid, "work"))
