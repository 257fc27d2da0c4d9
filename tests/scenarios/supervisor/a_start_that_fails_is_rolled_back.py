"""When a child does not start, those before it are stopped again, and the start fails."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid, refuse
from tests.scenarios.trace import more, say, started

difference = "a-child-that-does-not-start"
expected = ["{start, a}", "{start, b}", "{stop, b, shutdown}", "{stop, a, shutdown}", "{error, no_disk}", "nothing"]


def scenario() -> None:
    process.trap_exit(True)
    bad = kid("bad", start=lambda: refuse("no_disk"))
    say(started(lambda: Supervisor.start_link([kid("a"), kid("b"), bad, kid("c")])))
    say(more())
