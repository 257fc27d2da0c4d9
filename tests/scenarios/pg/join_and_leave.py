"""A process is in a group as often as it joined, and has to leave as often."""

from pybeam import pg, process
from tests.scenarios.trace import say

difference = "answers-of-pg"
expected = ["[]", "ok", "2", "[cooks]", "true", "true", "false", "[]"]


def scenario() -> None:
    me = process.self()
    say(pg.get_members("cooks"))
    pg.join("cooks", me)
    say("ok")
    pg.join("cooks", me)
    say(len(pg.get_members("cooks")))
    say(pg.which_groups())
    say(pg.leave("cooks", me))
    say(pg.get_members("cooks") == [me])
    pg.leave("cooks", me)
    say(pg.leave("cooks", me))
    say(pg.which_groups())
