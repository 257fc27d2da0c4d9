"""A child whose start returns no pid is not started; those before it are stopped."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import outcome, say

difference = "a-child-that-does-not-start"
expected = ["{start, a}", "{stop, a, shutdown}", "{raised, badarg}"]


def scenario() -> None:
    process.trap_exit(True)
    odd = kid("odd", start=lambda: "nonsense")
    say(outcome(lambda: Supervisor.start_link([kid("a"), odd])))
