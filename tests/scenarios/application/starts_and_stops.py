"""An application starts its children in order, stops them in reverse order, and cleans up at the end."""

from pybeam import Application, ChildSpec
from tests.scenarios.kids import kid
from tests.scenarios.trace import say, settle


class Shop(Application):
    def children(self) -> list[ChildSpec]:
        return [kid("a"), kid("b")]

    def after_stop(self) -> None:
        say("cleaned_up")


def scenario() -> None:
    running = Shop().start()
    say("ok")
    running.stop()
    say("ok")
    settle()
