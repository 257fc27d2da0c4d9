"""A child that falls while a later one is being started is started again once all run."""

from pybeam import GenServer, Supervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import say, settle


class Slow(GenServer):
    def init(self) -> None:
        GenServer.cast("a", ("stop", "boom"))
        settle()
        say("slow_is_there")


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a"), Slow])
    settle()
    say(Supervisor.count_children(supervisor)["active"])
