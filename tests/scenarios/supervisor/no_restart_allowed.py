"""max_restarts 0: the first fall ends the supervisor."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a")], max_restarts=0)
    fall("a", "boom")
    say(take() == ("EXIT", supervisor, "shutdown"))
