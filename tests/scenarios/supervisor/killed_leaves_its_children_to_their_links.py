"""When a supervisor is killed, its children hear of it by their links, all at once, with killed."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import end_with, reason_of, say


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a")])
    ref = process.monitor("a")
    killed = end_with(supervisor, "kill")
    say(reason_of(ref))
    say(killed)
