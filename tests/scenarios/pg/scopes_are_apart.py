"""Groups of different scopes know nothing of each other."""

from pybeam import pg, process
from tests.scenarios.trace import say


def scenario() -> None:
    me = process.self()
    pg.start("kitchen")
    pg.join("cooks", me, "kitchen")
    say(pg.get_members("cooks", "kitchen") == [me])
    say(pg.get_members("cooks"))
