"""Keeps the garbage collector's pauses short while a node runs: the only file that knows the collector.

It is the whole program's collector, so nothing happens before a node runs, and when it stops
everything is as before. Thresholds are never touched. What is done and when is `frozen`'s to say.
"""

from __future__ import annotations

import gc
from math import inf

from .frozen import Frozen
from .scheduler import Runtime

REST = 5.0
"""Seconds with next to nothing to do, after which a complete collection disturbs nobody."""

SHARE = 100
"""The rest is also so many times as long as the last complete collection took: that of a million servers, 0.6 s,
is not to come each time they pause for breath."""

CALM = 10
"""Rounds of the scheduler a second that are next to nothing: links are looked at twice, peers tick."""

SOMEBODYS = 2000
"""Objects. So many are frozen only where the program does it; Python 3.12 begins with a few hundred."""


class Collector:
    """What one node does to the garbage collector.

    Args:
        limit: seconds that a full collection may take before what it leaves is frozen; `inf` for any.
    """

    def __init__(self, runtime: Runtime, limit: float) -> None:
        self._runtime, self._limit = runtime, limit
        self._frozen = Frozen(limit)
        self._begun = 0.0
        self._complete = True
        self._rounds = 0
        self._rest = REST
        self._waits_for_rest = False

    def start(self) -> None:
        """Begin, unless there is no limit, or the program freezes objects itself: thawing would spoil its plan."""
        if self._limit < inf and gc.get_freeze_count() < SOMEBODYS:
            gc.callbacks.append(self._collecting)

    def stop(self) -> None:
        """Leave the collector as it was. Harmless when done twice, or never started."""
        if self._collecting in gc.callbacks:
            gc.callbacks.remove(self._collecting)
            if self._frozen.any:
                gc.unfreeze()

    # Called in any thread, between any two steps of whatever it does, perhaps under a lock: so it
    # takes none, wakes nobody and changes nothing of the runtime but by `call_next`.
    def _collecting(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"] < 2:
            return
        frozen = self._frozen
        if phase == "start":
            if frozen.any and (frozen.overdue or _is_asked_for()):
                gc.unfreeze()
                frozen.any = False
            self._complete = not frozen.any
            self._begun = self._runtime.now()
            return
        runtime = self._runtime
        if frozen.collected(runtime.now() - self._begun, self._complete, _count, len(runtime.processes)):
            gc.freeze()
        if frozen.due and not self._waits_for_rest:
            self._waits_for_rest = True
            runtime.call_next(self._await_rest)

    def _await_rest(self) -> None:
        self._rounds = self._runtime.rounds
        self._rest = max(REST, SHARE * self._frozen.pause)
        self._runtime.after(self._rest, self._collect_at_rest)

    def _collect_at_rest(self) -> None:
        runtime = self._runtime
        rests = runtime.rounds - self._rounds <= CALM * self._rest and not runtime.ready
        if self._frozen.due and rests and gc.isenabled():
            gc.collect()
        if self._frozen.due:
            self._await_rest()
        else:
            self._waits_for_rest = False


def _count() -> int:
    """Objects that the collection just over has left."""
    # Not `gc.get_freeze_count`: it goes through all that is frozen, 0.1 s at a million servers.
    return len(gc.get_objects(generation=2))


def _is_asked_for() -> bool:
    """Whether the collection that begins was asked for with `gc.collect()`, which is for everything, as ever."""
    # By itself it begins only when there are more new objects than the threshold.
    return not gc.isenabled() or gc.get_count()[0] <= gc.get_threshold()[0]
