"""What a server returns that is no answer ends it on a BEAM; here whatever it returns is the answer."""

from pybeam import GenServer
from tests.scenarios.trace import outcome, say

difference = "what-is-returned-is-the-reply"
expected = ["nonsense"]


class Odd(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return "nonsense"


def scenario() -> None:
    pid = GenServer.start(Odd)
    say(outcome(lambda: GenServer.call(pid, "ask")))
