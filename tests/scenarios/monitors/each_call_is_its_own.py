"""Monitoring twice gives two references and two DOWNs."""

from pybeam import process
from tests.scenarios.trace import idle, more, say, take


def scenario() -> None:
    pid = process.spawn(idle)
    one = process.monitor(pid)
    two = process.monitor(pid)
    say(one == two)
    process.exit(pid, "boom")
    got = {take()[1], take()[1]}
    say(got == {one, two})
    say(more())
