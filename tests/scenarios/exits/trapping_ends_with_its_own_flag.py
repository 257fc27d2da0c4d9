"""Exit signals that came as messages while a process trapped exits stay messages when it no longer does."""

from pybeam import process
from tests.scenarios.trace import ended, more, say, take


def scenario() -> None:
    me = process.self()
    process.trap_exit(True)
    pid = process.spawn(process.exit, me, "boom")
    ended(pid)
    process.trap_exit(False)
    say(take() == ("EXIT", pid, "boom"))
    say(more())
