"""A process that monitors a thousand others gets a DOWN of each, once."""

from pybeam import process
from tests.scenarios.trace import leave, more, say, take


def scenario() -> None:
    refs = [process.spawn_monitor(leave, number)[1] for number in range(1, 1001)]
    got = [take() for _ in refs]
    say({down[1] for down in got} == set(refs))
    say(sum(down[4] for down in got))
    say(more())
