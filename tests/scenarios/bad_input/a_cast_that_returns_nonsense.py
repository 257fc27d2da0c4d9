"""A server whose handle_cast returns what it may not ends with bad_return_value, or a TypeError here."""

from pybeam import Crash, GenServer, process
from tests.scenarios.trace import reason_of, say

difference = "exceptions-not-exits"
expected = ["TypeError"]


class Odd(GenServer):
    def handle_cast(self, message: object) -> object:
        return "nonsense"


def scenario() -> None:
    pid = GenServer.start(Odd)
    ref = process.monitor(pid)
    GenServer.cast(pid, "tell")
    reason = reason_of(ref)
    assert isinstance(reason, Crash)
    say(reason.kind)
