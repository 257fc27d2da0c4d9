"""Time, as something that is asked: the real clock and one that a test turns by hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A clock that never goes back. Seconds; only differences mean anything."""

    def now(self) -> float: ...


class MonotonicClock:
    """The machine's monotonic clock: a wall-clock jump moves nothing."""

    __slots__ = ()
    now = staticmethod(time.monotonic)


class VirtualClock:
    """A clock that stands still until it is turned.

    >>> clock = VirtualClock()
    >>> clock.advance(1.5)
    >>> clock.now()
    1.5
    """

    __slots__ = ("_now",)

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Turn the clock on by `seconds` (not negative)."""
        if seconds < 0:
            raise ValueError(f"a clock is never turned back: {seconds}")
        self._now += seconds

    def advance_to(self, when: float) -> None:
        """Turn the clock on to `when`; a moment that has passed changes nothing."""
        self._now = max(self._now, when)
