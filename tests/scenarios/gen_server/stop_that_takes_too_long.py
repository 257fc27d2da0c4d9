"""GenServer.stop whose timeout passes exits with timeout; the server goes on with its terminate."""

from pybeam import GenServer, process
from tests.scenarios.trace import outcome, reason_of, say


class Slow(GenServer):
    def terminate(self, reason: object) -> None:
        process.sleep(0.2)


def scenario() -> None:
    pid = GenServer.start(Slow)
    ref = process.monitor(pid)
    say(outcome(lambda: GenServer.stop(pid, "normal", 0.02)))
    say(process.alive(pid))
    say(reason_of(ref))
