"""A child that asks its supervisor to stop it hears nothing any more."""

from pybeam import ChildSpec, GenServer, Pid, Supervisor, process
from tests.scenarios.trace import reason_of, say


class Asks(GenServer):
    def handle_cast(self, supervisor: Pid) -> None:
        Supervisor.terminate_child(supervisor, "asks")


def scenario() -> None:
    supervisor = Supervisor.start_link([ChildSpec("asks", lambda: GenServer.start_link(Asks, name="asks"))])
    ref = process.monitor("asks")
    GenServer.cast("asks", supervisor)
    say(reason_of(ref))
    say(Supervisor.count_children(supervisor))
