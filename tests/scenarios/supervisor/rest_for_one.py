"""rest_for_one: those that were started after the one that fell are stopped and started again with it."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid


def scenario() -> None:
    Supervisor.start_link([kid("a"), kid("b"), kid("c"), kid("d")], strategy="rest_for_one")
    fall("b", "boom")
