"""async_stream_nolink: a crash is an outcome among the others."""

from pybeam import TaskSupervisor
from tests.scenarios.trace import leave, say


def work(number: int) -> int:
    if number == 2:
        leave("boom")
    return number * 10


def scenario() -> None:
    supervisor = TaskSupervisor.start_link()
    say(list(TaskSupervisor.async_stream_nolink(supervisor, [1, 2, 3], work)))
