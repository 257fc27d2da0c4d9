"""terminate_child takes a temporary child out of the list."""

from pybeam import Supervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a", restart="temporary")])
    Supervisor.terminate_child(supervisor, "a")
    say("ok")
    say(Supervisor.count_children(supervisor))
