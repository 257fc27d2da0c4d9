"""delete_child takes out a child that does not run, and refuses one that runs."""

from pybeam import Supervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import outcome, say

difference = "errors-of-our-own"
expected = ["{start, a}", "{raised, badarg}", "{stop, a, shutdown}", "0", "{raised, LookupError}"]


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a")])
    say(outcome(lambda: Supervisor.delete_child(supervisor, "a")))
    Supervisor.terminate_child(supervisor, "a")
    Supervisor.delete_child(supervisor, "a")
    say(Supervisor.count_children(supervisor)["specs"])
    say(outcome(lambda: Supervisor.restart_child(supervisor, "a")))
