"""What the garbage collector need not look at again, and when it looks at everything after all.

Pure: told how long full collections took and what they left; `runtime.collector` carries it out. A
full collection visits every object, so at millions of idle processes it stops the node for most of a
second, and finds nothing. So what a long one has left is frozen, and the next looks only at what is
younger. The price: of what is frozen, cycles that become garbage stay. So from time to time a
collection is to be *complete*: when the frozen part has grown by more than new processes explain,
and otherwise when the node has nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable

GROWTH = 2
"""So many times what the last complete collection has left may be frozen."""

EXPLAINED = 16
"""Objects more for each new process: an idle server is three or four, and its state some more."""


class Frozen:
    """The frozen part of one OS process's objects.

    Args:
        limit: seconds; what a longer full collection has left is to be frozen.

    Attributes:
        any: whether something is frozen.
        due: whether there was a full collection since the last complete one: so the program has worked, and
            what is frozen may be garbage by now.
        pause: seconds that the last complete one took.
        overdue: whether the next full collection must be complete.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self.any = self.due = self.overdue = False
        self.pause = 0.0
        self._objects = 0  # at most so many are frozen: of those that are freed nobody hears
        self._left = 0  # by the last complete collection, when there were so many processes
        self._processes = 0

    def collected(self, seconds: float, complete: bool, count: Callable[[], int], processes: int) -> bool:
        """A full collection is over; whether what it has left is to be frozen.

        Args:
            seconds: that it took.
            complete: whether nothing was frozen meanwhile.
            count: says how many objects it has left; not asked where that takes time for nothing.
            processes: of the node, now.

        >>> frozen = Frozen(limit=0.01)
        >>> frozen.collected(0.008, True, lambda: 80_000, 0), frozen.collected(0.012, True, lambda: 120_000, 0)
        (False, True)
        >>> frozen.collected(0.013, False, lambda: 130_000, 0), frozen.overdue
        (True, True)
        """
        freezes = seconds > self._limit
        self.any = freezes or not complete
        if complete:
            self.due = self.overdue = False
            self.pause = seconds
            self._left = self._objects = count() if freezes else 0
            self._processes = processes
            return freezes
        self.due = True
        if freezes:
            self._objects += count()
            explained = EXPLAINED * max(0, processes - self._processes)
            self.overdue = self._objects > GROWTH * self._left + explained
        return freezes
