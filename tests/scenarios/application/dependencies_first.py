"""What an application needs is started before it, and runs on when it stops."""

from pybeam import Application, ChildSpec, application, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import say


class Base(Application):
    def children(self) -> list[ChildSpec]:
        return [kid("base")]


class Shop(Application):
    applications = (Base,)

    def children(self) -> list[ChildSpec]:
        return [kid("shop")]


def scenario() -> None:
    say(len(application.ensure_all_started(Shop)))
    say(len(application.ensure_all_started(Shop)))
    application.stop(Shop)
    say(process.whereis("base") is not None)
    application.stop(Base)
