"""A server may stop from each of its callbacks; terminate runs, and the reason is told."""

from pybeam import Continue, GenServer, Stop, process
from tests.scenarios.trace import reason_of, say, take


class Ends(GenServer):
    def init(self, how: str) -> Continue | None:
        return Continue("in_continue") if how == "continue" else None

    def handle_continue(self, reason: object) -> Stop:
        return Stop(reason)

    def handle_cast(self, reason: object) -> Stop:
        return Stop(reason)

    def handle_info(self, reason: object) -> Stop:
        return Stop(reason)

    def terminate(self, reason: object) -> None:
        say(("terminate", reason))


def scenario() -> None:
    process.trap_exit(True)
    GenServer.start_link(Ends, "continue")
    say(take()[2])
    one = GenServer.start(Ends, "plain")
    ref = process.monitor(one)
    GenServer.cast(one, "in_cast")
    say(reason_of(ref))
    two = GenServer.start(Ends, "plain")
    ref = process.monitor(two)
    process.send(two, "in_info")
    say(reason_of(ref))
