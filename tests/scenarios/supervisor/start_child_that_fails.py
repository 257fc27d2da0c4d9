"""A child that start_child cannot start is not added."""

from pybeam import Supervisor
from tests.scenarios.kids import kid, refuse
from tests.scenarios.trace import say, started

difference = "a-child-that-does-not-start"
expected = ["{start, a}", "{error, no_disk}", "1"]


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a")])
    say(started(lambda: Supervisor.start_child(supervisor, kid("bad", start=lambda: refuse("no_disk")))))
    say(Supervisor.count_children(supervisor)["specs"])
