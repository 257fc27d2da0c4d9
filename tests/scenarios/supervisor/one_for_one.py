"""one_for_one: only the child that fell is started again."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid


def scenario() -> None:
    Supervisor.start_link([kid("a"), kid("b"), kid("c")], strategy="one_for_one")
    fall("b", "boom")
