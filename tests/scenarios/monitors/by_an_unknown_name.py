"""A monitor of a name that nobody has: DOWN comes with noproc and {name, node}."""

from pybeam import node, process
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.monitor("nobody")
    say(take())
    process.monitor(("nobody", node.self()))
    say(take())
