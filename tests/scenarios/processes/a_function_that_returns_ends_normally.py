"""A process whose function returns ends with :normal, and what it returned is nobody's."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    pid, ref = process.spawn_monitor(lambda: "what_it_returns")
    say(take() == ("DOWN", ref, "process", pid, "normal"))
    say(process.alive(pid))
