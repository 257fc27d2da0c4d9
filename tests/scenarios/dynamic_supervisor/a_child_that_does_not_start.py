"""A child that does not start is not added; the supervisor goes on."""

from pybeam import DynamicSupervisor
from tests.scenarios.kids import kid, refuse
from tests.scenarios.trace import say, started


def scenario() -> None:
    supervisor = DynamicSupervisor.start_link()
    say(started(lambda: DynamicSupervisor.start_child(supervisor, kid("bad", start=lambda: refuse("no_disk")))))
    say(DynamicSupervisor.count_children(supervisor)["specs"])
