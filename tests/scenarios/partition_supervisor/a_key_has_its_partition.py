"""Each key has its partition, a number that of its rest; the children know their numbers."""

from typing import Any

from pybeam import Agent, PartitionSupervisor
from tests.scenarios.trace import say


def number_of(args: tuple[Any, ...], number: int) -> tuple[Any, ...]:
    return (lambda: number,)


def scenario() -> None:
    PartitionSupervisor.start_link((Agent, lambda: None), 3, name="cells", with_arguments=number_of)
    keys = (0, 1, 2, 3, 4, -1)
    say([Agent.get(PartitionSupervisor.via("cells", key), lambda number: number) for key in keys])
    say(PartitionSupervisor.partitions("cells"))
