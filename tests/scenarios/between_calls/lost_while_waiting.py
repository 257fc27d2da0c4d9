"""A call that waits when the node is lost exits with nodedown; when the server is killed, with killed."""

from pybeam import GenServer, NoReply, Pid, process
from tests.scenarios.trace import halt, on, outcome, peers, say, settle, take


class Never(GenServer):
    def handle_call(self, request: object, from_: object) -> NoReply:
        return NoReply()


def start() -> Pid:
    return GenServer.start(Never)


def ask(pid: Pid, tell: Pid) -> None:
    process.send(tell, outcome(lambda: GenServer.call(pid, "ask")))


def scenario() -> None:
    [b] = peers(1)
    one, two = on(b, start), on(b, start)
    for pid in (one, two):
        process.spawn(ask, pid, process.self())
    settle()
    process.exit(one, "kill")
    say(take())
    halt(b)
    say(take())
