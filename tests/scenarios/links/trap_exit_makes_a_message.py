"""Who traps exits gets ("EXIT", pid, reason), also for a normal end."""

from pybeam import process
from tests.scenarios.trace import leave, more, say, take


def scenario() -> None:
    process.trap_exit(True)
    one = process.spawn_link(leave, "boom")
    say(take() == ("EXIT", one, "boom"))
    two = process.spawn_link(lambda: None)
    say(take() == ("EXIT", two, "normal"))
    say(more())
