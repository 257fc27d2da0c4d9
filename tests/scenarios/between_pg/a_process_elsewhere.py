"""Only its own node can have a process join."""

from pybeam import node, pg
from tests.scenarios.trace import idle, outcome, peers, say


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    what = outcome(lambda: pg.join("cooks", remote))
    assert isinstance(what, tuple)
    say(what[0])
