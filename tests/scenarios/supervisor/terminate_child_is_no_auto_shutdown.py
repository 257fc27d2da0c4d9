"""A significant child that is stopped by terminate_child does not end its supervisor."""

from pybeam import Supervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    child = kid("a", restart="transient", significant=True)
    supervisor = Supervisor.start_link([child], auto_shutdown="any_significant")
    Supervisor.terminate_child(supervisor, "a")
    say(Supervisor.count_children(supervisor)["active"])
