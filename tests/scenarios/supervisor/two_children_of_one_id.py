"""Two children of one id are refused before any is started."""

from pybeam import Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import outcome, say

difference = "errors-of-our-own"
expected = ["{raised, badarg}"]


def scenario() -> None:
    process.trap_exit(True)
    say(outcome(lambda: Supervisor.start_link([kid("a"), kid("a")])))
