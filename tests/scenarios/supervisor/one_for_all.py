"""one_for_all: the others are stopped, last first, and all are started again in order."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid


def scenario() -> None:
    Supervisor.start_link([kid("a"), kid("b"), kid("c")], strategy="one_for_all")
    fall("b", "boom")
