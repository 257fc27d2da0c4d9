"""spawn_link on a node that is not there: an EXIT message noconnection on a BEAM, NodeDown at the caller here."""

from pybeam import node, process
from tests.scenarios.trace import idle, more, outcome, say

difference = "spawn-on-an-unknown-node"
expected = ["{exit, {nodedown, node:nowhere}}", "nothing"]


def scenario() -> None:
    process.trap_exit(True)
    say(outcome(lambda: node.spawn_link("nowhere@127.0.0.1", idle)))
    say(more())
