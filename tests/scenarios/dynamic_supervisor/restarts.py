"""Children are started again by their restart types, each by itself."""

from pybeam import DynamicSupervisor
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


def scenario() -> None:
    supervisor = DynamicSupervisor.start_link()
    for name, restart in (("a", "permanent"), ("b", "transient"), ("c", "temporary")):
        DynamicSupervisor.start_child(supervisor, kid(name, restart=restart))
    fall("a", "normal")
    fall("b", "boom")
    fall("c", "boom")
    fall("b", "normal")
    say(DynamicSupervisor.count_children(supervisor)["active"])
