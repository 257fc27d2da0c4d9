"""An application that runs is not started again."""

from pybeam import Application, ChildSpec, application
from tests.scenarios.kids import kid
from tests.scenarios.trace import say, started


class Shop(Application):
    def children(self) -> list[ChildSpec]:
        return [kid("a")]


def scenario() -> None:
    Shop().start()
    what = started(Shop().start)
    assert isinstance(what, tuple)
    say(what[1][0])
    application.stop(Shop)
