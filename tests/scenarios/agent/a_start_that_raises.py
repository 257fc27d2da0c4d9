"""An agent whose first function raises is not started."""

from pybeam import Agent
from tests.scenarios.trace import say, started


def fails() -> None:
    raise RuntimeError("oops")


def scenario() -> None:
    say(started(lambda: Agent.start(fails)))
