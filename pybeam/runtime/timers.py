"""Deadlines on a heap, cheap for those that almost never come.

A call in a loop sets and clears a deadline each time, yet none ever passes. So a *sleeper* keeps
its deadline in a field and stands on the heap at most about once; when its entry comes up early,
it is put back at its real deadline. Pure: it is told the time.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Protocol

SWEEP_AT = 256


class Sleeper(Protocol):
    """Something with a deadline.

    Attributes:
        deadline: when `expire` is due; `inf` for never.
        armed: the earliest of its entries on the heap; `inf` for none. Owned by `Timers`.
    """

    deadline: float
    armed: float

    def expire(self) -> None: ...


class Timers:
    """The sleepers of one scheduler."""

    __slots__ = ("_heap", "_numbers", "_sweep_at")

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Sleeper]] = []
        self._numbers = count()
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._heap)

    def arm(self, sleeper: Sleeper) -> None:
        """See to it that `sleeper` is woken at its deadline. Needed only when `deadline < armed`."""
        sleeper.armed = sleeper.deadline
        heappush(self._heap, (sleeper.deadline, next(self._numbers), sleeper))
        if len(self._heap) > self._sweep_at:
            self._sweep()

    def next(self) -> float:
        """When `expire_until` is worth calling again; `inf` for never. Never too late."""
        heap = self._heap
        while heap and heap[0][2].deadline == inf:
            when, _, sleeper = heappop(heap)
            if sleeper.armed == when:
                sleeper.armed = inf
        return heap[0][0] if heap else inf

    def expire_until(self, now: float) -> None:
        """Expire the sleepers whose deadline has come, in the order of their deadlines."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            when, _, sleeper = heappop(heap)
            if sleeper.armed == when:
                sleeper.armed = inf
            if sleeper.deadline <= when:  # else it is put back, behind those that are due before it
                sleeper.deadline = inf
                sleeper.expire()
            elif sleeper.deadline < sleeper.armed:
                self.arm(sleeper)

    def _sweep(self) -> None:
        # A short-lived process that called once would stand here until its call's deadline,
        # long after it ended: at 100,000 of them a second the heap would hold half a million.
        live = []
        for entry in self._heap:
            when, _, sleeper = entry
            if sleeper.deadline < inf and sleeper.armed == when:
                live.append(entry)
            elif sleeper.armed == when:
                sleeper.armed = inf
        self._heap[:] = live
        heapify(self._heap)
        self._sweep_at = max(SWEEP_AT, 2 * len(live))


class Alarm:
    """A sleeper that calls a function once."""

    __slots__ = ("_act", "armed", "deadline")

    def __init__(self, deadline: float, act: Callable[[], None]) -> None:
        self.deadline = deadline
        self.armed = inf
        self._act: Callable[[], None] | None = act

    def expire(self) -> None:
        act, self._act = self._act, None
        if act is not None:
            act()

    def cancel(self) -> None:
        self.deadline = inf
        self._act = None
