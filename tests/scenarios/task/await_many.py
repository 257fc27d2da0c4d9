"""await_many gives the results in the order of the tasks."""

from pybeam import Task, process
from tests.scenarios.trace import say


def slow(milliseconds: int) -> int:
    process.sleep(milliseconds / 1000)
    return milliseconds


def scenario() -> None:
    tasks = [Task.async_(slow, milliseconds) for milliseconds in (300, 20, 150)]
    say(Task.await_many(tasks))
