"""terminate_child stops a child and keeps its spec; restart_child starts it."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a")])
    Supervisor.terminate_child(supervisor, "a")
    say("ok")
    say(Supervisor.count_children(supervisor))
    pid = Supervisor.restart_child(supervisor, "a")
    say(process.whereis("a") == pid)
