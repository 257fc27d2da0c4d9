"""start_child with an id that there is: already_started when it runs, already_present when it does not."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import outcome, say, started

difference = "errors-of-our-own"
expected = ["{start, a}", "true", "{stop, a, shutdown}", "{raised, badarg}"]


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a")])
    taken = ("error", ("already_started", process.whereis("a")))
    say(started(lambda: Supervisor.start_child(supervisor, kid("a"))) == taken)
    Supervisor.terminate_child(supervisor, "a")
    say(outcome(lambda: Supervisor.start_child(supervisor, kid("a"))))
