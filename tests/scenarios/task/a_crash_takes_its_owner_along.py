"""A task that crashes ends its owner, if that does not trap exits."""

from pybeam import Task
from tests.scenarios.trace import fate, leave, say


def scenario() -> None:
    say(fate(lambda: Task.await_(Task.async_(leave, "boom"))))
