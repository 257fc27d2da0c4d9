"""A transient child that ended normally stays in the list without a pid."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say

difference = "which-children"
expected = ["{start, a}", "{stop, a, normal}", "[{a, nil, worker}]"]


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a", restart="transient")])
    fall("a", "normal")
    say([tuple(child) for child in Supervisor.which_children(supervisor)])
