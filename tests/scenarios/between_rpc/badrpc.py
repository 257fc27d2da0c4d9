"""The call for prompts gives badrpc nodedown for a node that is not there."""

from pybeam import process, rpc_call
from tests.scenarios.trace import halt, peers, say


def scenario() -> None:
    [b] = peers(1)
    say(rpc_call("nowhere@127.0.0.1", "pybeam.node:self"))
    halt(b)
    process.sleep(0.2)
    say(rpc_call(b, "pybeam.node:self"))
