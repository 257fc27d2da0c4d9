"""An application ends with its top supervisor, and cleans up."""

from pybeam import Application, ChildSpec, application
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


class Shop(Application):
    max_restarts = 0

    def children(self) -> list[ChildSpec]:
        return [kid("a"), kid("b")]

    def after_stop(self) -> None:
        say("cleaned_up")


def scenario() -> None:
    Shop().start()
    fall("a", "boom")
    say(any(info.name.endswith(":Shop") for info in application.which_applications()))
