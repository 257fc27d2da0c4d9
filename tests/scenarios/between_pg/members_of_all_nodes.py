"""A group has members of all nodes; each node knows which are its own."""

from pybeam import node, pg, process
from tests.scenarios.trace import idle, on, peers, say, settle


def scenario() -> None:
    [b] = peers(1)
    me = process.self()
    remote = node.spawn(b, idle)
    on(b, pg.join, "cooks", remote)
    pg.join("cooks", me)
    settle()
    say(set(pg.get_members("cooks")) == {me, remote})
    say(pg.get_local_members("cooks") == [me])
    say(on(b, pg.get_local_members, "cooks") == [remote])
