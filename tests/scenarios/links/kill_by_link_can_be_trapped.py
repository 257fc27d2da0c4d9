"""A process that ends itself with the reason kill: its links carry kill, which over a link is no order, and is
trapped like any other.
"""

from pybeam import process
from tests.scenarios.trace import leave, say, take


def scenario() -> None:
    process.trap_exit(True)
    child = process.spawn_link(leave, "kill")
    say(take() == ("EXIT", child, "kill"))
