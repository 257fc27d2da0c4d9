"""With one restart more than allowed a supervisor stops its children and ends with shutdown."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.trap_exit(True)
    supervisor = Supervisor.start_link([kid("a"), kid("b")], max_restarts=2)
    for _ in range(3):
        fall("b", "boom")
    say(take() == ("EXIT", supervisor, "shutdown"))
