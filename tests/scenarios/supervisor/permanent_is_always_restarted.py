"""A permanent child is started again whatever it ended with."""

from pybeam import Supervisor
from tests.scenarios.kids import fall, kid


def scenario() -> None:
    Supervisor.start_link([kid("a", restart="permanent")], max_restarts=9)
    for reason in ("normal", "shutdown", ("shutdown", "moved"), "boom"):
        fall("a", reason)
