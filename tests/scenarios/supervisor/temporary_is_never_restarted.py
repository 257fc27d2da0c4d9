"""A temporary child is never started again, and its spec is gone when it has ended."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say


def scenario() -> None:
    supervisor = Supervisor.start_link([kid("a", restart="temporary"), kid("b")])
    fall("a", "boom")
    say([child.id for child in Supervisor.which_children(supervisor)])
