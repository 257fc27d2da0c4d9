"""Restarts that are longer ago than max_seconds do not count."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import more, say


def scenario() -> None:
    process.trap_exit(True)
    Supervisor.start_link([kid("a")], max_restarts=1, max_seconds=1)
    fall("a", "boom")
    process.sleep(2.05)
    fall("a", "boom")
    say(more())
