"""start_child adds a child as the last one; it is stopped first."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a")])
    pid = Supervisor.start_child(supervisor, kid("b"))
    say(process.whereis("b") == pid)
    Supervisor.stop(supervisor)
