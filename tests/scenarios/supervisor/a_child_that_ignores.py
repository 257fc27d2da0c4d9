"""A child whose start is ignored is kept without a pid, and can be started later."""

from pybeam import GenServer, Ignore, Supervisor
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


class Shy(GenServer):
    def init(self) -> Ignore:
        return Ignore()


def scenario() -> None:
    supervisor = Supervisor.start_link([Shy, kid("a")])
    say(Supervisor.count_children(supervisor))
