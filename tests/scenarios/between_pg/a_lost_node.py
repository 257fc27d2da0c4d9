"""Members of a node that is lost leave, and come back with it."""

from pybeam import node, pg
from tests.scenarios.trace import collect, on, peers, say, settle, take


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, collect)
    on(b, pg.join, "cooks", remote)
    settle()
    ref, members = pg.monitor("cooks")
    say(members == [remote])
    node.disconnect(b)
    say(take() == (ref, "leave", "cooks", [remote]))
    say(pg.get_members("cooks"))
    node.connect(b)
    say(take() == (ref, "join", "cooks", [remote]))
