"""async_stream runs no more than max_concurrency at a time."""

from pybeam import Task, process
from tests.scenarios.trace import say, take


def scenario() -> None:
    def work(number: int) -> None:
        process.send(me, ("begin", number))
        process.sleep(0.03)
        process.send(me, ("end", number))

    me = process.self()
    for _ in Task.async_stream(range(1, 5), work, max_concurrency=1):
        pass
    for _ in range(8):
        say(take())
