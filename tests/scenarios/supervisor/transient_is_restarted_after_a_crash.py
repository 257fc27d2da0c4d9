"""A transient child is started again unless it ended with normal, shutdown or {shutdown, term}."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


def scenario() -> None:
    process.trap_exit(True)
    for reason in ("boom", "normal", "shutdown", ("shutdown", "moved")):
        supervisor = Supervisor.start_link([kid("a", restart="transient")])
        fall("a", reason)
        say(Supervisor.count_children(supervisor)["active"])
        Supervisor.stop(supervisor)
