"""A key that is no number belongs to the partition of its phash2."""

from typing import Any

from pybeam import Agent, PartitionSupervisor, phash2
from tests.scenarios.trace import say


def number_of(args: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return (lambda: number,)


def scenario() -> None:
    PartitionSupervisor.start_link((Agent, lambda: None), 7, name="cells", with_arguments=number_of)
    for key in ("door", "window", ("floor", 2), ["a", 1], 1.5):
        say(Agent.get(PartitionSupervisor.via("cells", key), lambda number: number) == phash2(key, 7))
