"""A dynamic supervisor that ends stops its children all at once, and waits for the slowest."""

from pybeam import DynamicSupervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    process.trap_exit(True)
    supervisor = DynamicSupervisor.start_link()
    DynamicSupervisor.start_child(supervisor, kid("a"))
    DynamicSupervisor.stop(supervisor)
    say("ok")
