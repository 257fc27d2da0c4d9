"""terminate runs when handle_cast, handle_info or handle_continue raises."""

from pybeam import Continue, GenServer, process
from tests.scenarios.trace import say, settle


class Fails(GenServer):
    def init(self, how: str) -> Continue | None:
        return Continue("now") if how == "continue" else None

    def handle_continue(self, arg: object) -> None:
        raise RuntimeError("in continue")

    def handle_cast(self, message: object) -> None:
        raise RuntimeError("in cast")

    def handle_info(self, message: object) -> None:
        raise RuntimeError("in info")

    def terminate(self, reason: object) -> None:
        say(reason)


def scenario() -> None:
    GenServer.start(Fails, "continue")
    settle()
    one = GenServer.start(Fails, "plain")
    GenServer.cast(one, "tell")
    settle()
    two = GenServer.start(Fails, "plain")
    process.send(two, "tell")
    settle()
