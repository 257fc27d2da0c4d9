"""Children start in the order of the list, and stop in reverse order with the reason shutdown."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a"), kid("b"), kid("c")])
    say("started")
    Supervisor.stop(supervisor)
    say("ok")
