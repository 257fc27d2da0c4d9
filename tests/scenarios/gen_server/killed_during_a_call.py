"""When a server is ended while a call waits, the call exits with the server's reason."""

from pybeam import GenServer, NoReply, Pid, process
from tests.scenarios.trace import outcome, say, settle, take


class Never(GenServer):
    def handle_call(self, request: object, from_: object) -> NoReply:
        return NoReply()


def ask(pid: Pid, reply_to: Pid) -> None:
    process.send(reply_to, outcome(lambda: GenServer.call(pid, "ask")))


def scenario() -> None:
    for reason in ("kill", "boom", "shutdown"):
        pid = GenServer.start(Never)
        process.spawn(ask, pid, process.self())
        settle()
        process.exit(pid, reason)
        say(take())
