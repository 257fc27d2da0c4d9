"""The limit of restarts is the supervisor's, not a child's."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a"), kid("b")], max_restarts=1)
    fall("a", "boom")
    fall("b", "boom")
    say(take() == ("EXIT", supervisor, "shutdown"))
