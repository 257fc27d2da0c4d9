"""DOWN comes once, with the pid and the reason."""

from pybeam import process
from tests.scenarios.trace import idle, more, say, take


def scenario() -> None:
    pid = process.spawn(idle)
    ref = process.monitor(pid)
    process.exit(pid, "boom")
    say(take() == ("DOWN", ref, "process", pid, "boom"))
    say(more())
