"""When terminate raises, its crash is the reason that others see."""

from pybeam import GenServer, Stop, process
from tests.scenarios.trace import reason_of, say


class Clumsy(GenServer):
    def handle_cast(self, reason: object) -> Stop:
        return Stop(reason)

    def terminate(self, reason: object) -> None:
        raise RuntimeError("in terminate")


def scenario() -> None:
    pid = GenServer.start(Clumsy)
    ref = process.monitor(pid)
    GenServer.cast(pid, "normal")
    say(reason_of(ref))
