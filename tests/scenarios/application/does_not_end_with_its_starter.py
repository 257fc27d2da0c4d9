"""An application ends when it is stopped, and not with the process that started it."""

from pybeam import Application, ChildSpec, application, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import fate, leave, say, settle


class Shop(Application):
    def children(self) -> list[ChildSpec]:
        return [kid("a")]


def start_and_leave() -> None:
    Shop().start()
    leave("boom")


def scenario() -> None:
    say(fate(start_and_leave))
    settle()
    say(process.whereis("a") is not None)
    application.stop(Shop)
