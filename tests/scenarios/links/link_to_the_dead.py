"""A link to a process that has ended: EXIT noproc for who traps exits."""

from pybeam import process
from tests.scenarios.trace import ended, more, say, take


def scenario() -> None:
    process.trap_exit(True)
    pid = process.spawn(lambda: None)
    ended(pid)
    process.link(pid)
    say(True)
    say(take() == ("EXIT", pid, "noproc"))
    say(more())
