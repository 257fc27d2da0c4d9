"""A process that ends on another node ends those linked to it here, or sends EXIT to who traps exits."""

from pybeam import node, process
from tests.scenarios.trace import fate, idle, leave, peers, say, settle, take


def linked(b: str) -> None:
    node.spawn_link(b, leave, "bang")
    idle()


def scenario() -> None:
    process.trap_exit(True)
    [b] = peers(1)
    one = node.spawn_link(b, leave, "boom")
    say(take() == ("EXIT", one, "boom"))
    two = node.spawn_link(b, settle)
    say(take() == ("EXIT", two, "normal"))
    say(fate(linked, b))
