"""Who waits for whom: follow it until somebody is free, it leaves the node, or it comes round again.

Pure; `runtime.deadlocks` carries it out. Edge chasing, after Chandy, Misra and Haas, "Distributed
Deadlock Detection" (ACM TOCS 1(2), 1983): a process waits for one answer at a time, so there is one
way to follow, and what is followed carries the way it has come. A process that comes up twice on it
is in a cycle, and so are all between.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from ..terms import Pid


class Wait(NamedTuple):
    """One process that waits for the answer to one call.

    Attributes:
        ref: the call's number.
        name: what the process is registered as; None for nothing.
    """

    pid: Pid
    ref: int
    name: str | None

    @property
    def who(self) -> Pid | tuple[str, str]:
        """The process, as people know it."""
        return self.pid if self.name is None else (self.name, self.pid.node)


class Free(NamedTuple):
    """The way ends at somebody who does not wait: there is no deadlock on it, now."""


class Away(NamedTuple):
    """The way goes on at another node.

    Attributes:
        way: so far; its last is who waits for an answer from there.
        place: where it goes on.
    """

    way: tuple[Wait, ...]
    place: Hashable


class Cycle(NamedTuple):
    """Each of these waits for the next, and the last for the first."""

    waits: tuple[Wait, ...]


Look = Callable[[Hashable, Wait], tuple[Wait, Hashable] | None]
"""What the process at a place waits for, and where that is; None when it does not wait, or does not
owe its attention to the one who waits for it. Args: the place, who waits for it."""


def chase(way: Sequence[Wait], place: Hashable, look: Look, is_away: Callable[[Hashable], bool]) -> Free | Away | Cycle:
    """Follow who waits for whom, from `place`, for whose answer the last of `way` waits.

    >>> one, two = (Wait(Pid("a@h", 1, n), 7, None) for n in (1, 2))
    >>> chase([one], 2, lambda place, _: {1: (one, 2), 2: (two, 1)}[place], lambda place: False).waits == (one, two)
    True
    """
    passed = {wait.pid: index for index, wait in enumerate(way)}
    found = list(way)
    while not is_away(place):
        step = look(place, found[-1])
        if step is None:
            return Free()
        wait, place = step
        index = passed.get(wait.pid)
        if index is not None:
            # With another call than when it was passed, it has been answered meanwhile.
            return Cycle(tuple(found[index:])) if found[index] == wait else Free()
        passed[wait.pid] = len(found)
        found.append(wait)
    return Away(tuple(found), place)


def victim(cycle: Cycle) -> Wait:
    """Whose call fails: the same one, whoever has found the cycle, so that one is enough."""
    return max(cycle.waits, key=lambda wait: (wait.pid.node, wait.pid.creation, wait.pid.number))
