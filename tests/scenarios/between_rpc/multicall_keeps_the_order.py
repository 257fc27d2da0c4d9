"""multicall asks all nodes at once; results are in the order of the nodes. Here a node that is not there has a
BadRpc in its place; a BEAM lists such nodes apart.
"""

from pybeam import rpc
from tests.scenarios.trace import peers, say

difference = "multicall-in-place"
expected = ["[node:c, {badrpc, nodedown}, node:b]"]


def scenario() -> None:
    b, c = peers(2)
    say(rpc.multicall([c, "nowhere@127.0.0.1", b], "pybeam.node:self"))
