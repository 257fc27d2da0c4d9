"""count_children tells specs, active, supervisors and workers."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


def scenario() -> None:
    inner = Supervisor.child_spec([], id="inner")
    supervisor = Supervisor.start_link([kid("a"), kid("b", restart="transient"), inner])
    fall("b", "normal")
    say(Supervisor.count_children(supervisor))
