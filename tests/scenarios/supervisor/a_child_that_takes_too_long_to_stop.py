"""A child that has not ended within its shutdown time is killed."""

from pybeam import ChildSpec, GenServer, Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import idle, reason_of, say


class Stubborn(GenServer):
    def init(self) -> None:
        process.trap_exit(True)

    def terminate(self, reason: object) -> None:
        say(("stopping", reason))
        idle()


def scenario() -> None:
    process.trap_exit(True)
    stubborn = ChildSpec("stubborn", lambda: GenServer.start_link(Stubborn, name="stubborn"), shutdown=0.03)
    supervisor = Supervisor.start_link([kid("a"), stubborn])
    ref = process.monitor("stubborn")
    Supervisor.stop(supervisor)
    say(reason_of(ref))
