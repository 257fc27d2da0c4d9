"""A process that ends leaves its groups."""

from pybeam import pg, process
from tests.scenarios.trace import end_with, idle, say, settle


def scenario() -> None:
    pid = process.spawn(idle)
    pg.join("cooks", pid)
    say(pg.get_members("cooks") == [pid])
    say(end_with(pid, "boom"))
    settle()
    say(pg.get_members("cooks"))
