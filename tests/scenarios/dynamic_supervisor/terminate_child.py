"""terminate_child stops a child for good."""

from pybeam import DynamicSupervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    supervisor = DynamicSupervisor.start_link()
    pid = DynamicSupervisor.start_child(supervisor, kid("a"))
    assert pid is not None
    DynamicSupervisor.terminate_child(supervisor, pid)
    say("ok")
    say(DynamicSupervisor.count_children(supervisor))
