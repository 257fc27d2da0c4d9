"""A child with a name gets it again when it is started again, however it ended."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say, settle


def scenario() -> None:
    Supervisor.start_link([kid("a")], max_restarts=9)
    for reason in ("normal", "boom", "shutdown"):
        before = process.whereis("a")
        fall("a", reason)
        say(process.whereis("a") not in (None, before))
    before = process.whereis("a")
    assert before is not None
    process.exit(before, "kill")
    settle()
    say(process.whereis("a") not in (None, before))
