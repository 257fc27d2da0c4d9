"""{name, this node} reaches the same process as the name."""

from pybeam import node, process
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.register("me", process.self())
    process.send(("me", node.self()), "hello")
    say(take())
