"""A call that waits when the node is lost gives nodedown."""

from pybeam import Pid, process, rpc_call
from tests.scenarios.trace import halt, peers, say, settle, take


def ask(b: str, tell: Pid) -> None:
    process.send(tell, rpc_call(b, process.sleep, 5.0))


def scenario() -> None:
    [b] = peers(1)
    process.spawn(ask, b, process.self())
    settle()
    halt(b)
    say(take())
