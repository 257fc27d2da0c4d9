"""A supervisor that gets an exit signal of a stranger, other than kill, goes on."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import say, settle


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a")])
    process.spawn(process.exit, supervisor, "boom")
    settle()
    say(Supervisor.count_children(supervisor)["active"])
