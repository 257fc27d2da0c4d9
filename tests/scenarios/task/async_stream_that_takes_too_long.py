"""async_stream kills a task that takes too long, where it is told to, and goes on with the others."""

from pybeam import Task, process
from tests.scenarios.trace import say


def slow(milliseconds: int) -> int:
    process.sleep(milliseconds / 1000)
    return milliseconds


def scenario() -> None:
    stream = Task.async_stream([1, 10_000, 2], slow, max_concurrency=3, timeout=0.3, on_timeout="kill_task")
    say(list(stream))
