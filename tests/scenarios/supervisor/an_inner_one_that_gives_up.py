"""A supervisor that gives up is a child that fell: its own supervisor starts it again."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid


def scenario() -> None:
    inner = Supervisor.child_spec([kid("a"), kid("b")], id="inner", max_restarts=0)
    Supervisor.start_link([inner, kid("c")])
    fall("a", "boom")
