"""A call that fails ends its caller, unless it is caught: by an exit that names the call on a BEAM, by an
exception here.
"""

from pybeam import Crash, GenServer
from tests.scenarios.trace import fate, say

difference = "exceptions-not-exits"
expected = ["NoProcess"]


def scenario() -> None:
    reason = fate(GenServer.call, "nobody", "ask")
    assert isinstance(reason, Crash)
    say(reason.kind.rpartition(".")[2])
