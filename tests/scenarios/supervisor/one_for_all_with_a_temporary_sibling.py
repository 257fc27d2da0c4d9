"""one_for_all: a temporary child that is stopped because of another is not started again."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


def scenario() -> None:
    children = [kid("a", restart="temporary"), kid("b"), kid("c", restart="transient")]
    supervisor = Supervisor.start_link(children, strategy="one_for_all")
    fall("b", "boom")
    say(Supervisor.count_children(supervisor))
