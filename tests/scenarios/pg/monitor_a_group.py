"""Who monitors a group is told who joins and leaves."""

from pybeam import pg, process
from tests.scenarios.trace import idle, more, say, take


def scenario() -> None:
    me = process.self()
    pid = process.spawn(idle)
    pg.join("cooks", me)
    ref, members = pg.monitor("cooks")
    say(members == [me])
    pg.join("cooks", pid)
    say(take() == (ref, "join", "cooks", [pid]))
    pg.leave("cooks", me)
    say(take() == (ref, "leave", "cooks", [me]))
    process.exit(pid, "boom")
    say(take() == (ref, "leave", "cooks", [pid]))
    pg.join("waiters", me)
    say(more())
