"""which_children lists the last child first on a BEAM, the first one first here."""

from pybeam import Supervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import say

difference = "which-children"
expected = ["{start, a}", "{start, b}", "[{a, worker}, {b, worker}]"]


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a"), kid("b")])
    say([(child.id, child.type) for child in Supervisor.which_children(supervisor)])
