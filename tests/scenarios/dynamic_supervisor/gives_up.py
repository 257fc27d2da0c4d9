"""With one restart more than allowed a dynamic supervisor stops its children and ends with shutdown."""

from pybeam import DynamicSupervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.trap_exit(True)
    supervisor = DynamicSupervisor.start_link(max_restarts=1)
    for name in "ab":
        DynamicSupervisor.start_child(supervisor, kid(name))
    fall("a", "boom")
    fall("a", "boom")
    say(take() == ("EXIT", supervisor, "shutdown"))
