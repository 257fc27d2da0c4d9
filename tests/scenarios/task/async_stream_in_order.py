"""async_stream gives results in the order of the items, though later ones are ready before."""

from pybeam import Task, process
from tests.scenarios.trace import say


def slow(milliseconds: int) -> int:
    process.sleep(milliseconds / 1000)
    return milliseconds


def scenario() -> None:
    say(list(Task.async_stream([300, 20, 150], slow, max_concurrency=3)))
