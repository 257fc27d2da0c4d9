"""A server that ends owes an answer to every caller it has put off: their calls exit with its reason."""

from pybeam import GenServer, NoReply, Pid, process
from tests.scenarios.trace import outcome, say, settle, take


class Later(GenServer):
    def handle_call(self, request: object, from_: object) -> NoReply:
        return NoReply()


def ask(pid: Pid, number: int, tell: Pid) -> None:
    process.send(tell, (number, outcome(lambda: GenServer.call(pid, "ask"))))


def scenario() -> None:
    pid = GenServer.start(Later)
    for number in (1, 2, 3):
        process.spawn(ask, pid, number, process.self())
    settle()
    GenServer.stop(pid, "shutdown")
    say("ok")
    say(sorted(take() for _ in range(3)))
