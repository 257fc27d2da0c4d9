"""A dynamic supervisor takes no more than max_children."""

from pybeam import DynamicSupervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import outcome, say

difference = "errors-of-our-own"
expected = ["{start, a}", "{raised, TooManyChildren}"]


def scenario() -> None:
    supervisor = DynamicSupervisor.start_link(max_children=1)
    DynamicSupervisor.start_child(supervisor, kid("a"))
    say(outcome(lambda: DynamicSupervisor.start_child(supervisor, kid("b"))))
