"""one_for_all starts all children again, also one that was stopped by terminate_child."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a"), kid("b")], strategy="one_for_all")
    Supervisor.terminate_child(supervisor, "a")
    fall("b", "boom")
    say(Supervisor.count_children(supervisor)["active"])
