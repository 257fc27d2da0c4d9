"""async_stream without order gives results as they come."""

from pybeam import Task, process
from tests.scenarios.trace import say


def slow(milliseconds: int) -> int:
    process.sleep(milliseconds / 1000)
    return milliseconds


def scenario() -> None:
    say(list(Task.async_stream([300, 20, 150], slow, max_concurrency=3, ordered=False)))
