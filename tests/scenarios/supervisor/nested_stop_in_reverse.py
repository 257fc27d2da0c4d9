"""A tree stops from its last leaf to its first."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid


def scenario() -> None:
    process.trap_exit(True)
    left = Supervisor.child_spec([kid("a"), kid("b")], id="left")
    right = Supervisor.child_spec([kid("d"), kid("e")], id="right")
    supervisor = Supervisor.start_link([left, kid("c"), right])
    Supervisor.stop(supervisor)
