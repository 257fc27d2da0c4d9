"""A child with brutal_kill is killed without its terminate being run."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import reason_of, say


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a", shutdown="brutal_kill"), kid("b")])
    ref = process.monitor("a")
    Supervisor.stop(supervisor)
    say(reason_of(ref))
