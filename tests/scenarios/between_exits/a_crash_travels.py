"""The reason of a crash on another node tells what was raised there."""

from pybeam import node
from tests.scenarios.trace import peers, reason_of, say


def fails() -> None:
    raise RuntimeError("oops")


def scenario() -> None:
    [b] = peers(1)
    _, ref = node.spawn_monitor(b, fails)
    say(reason_of(ref))
