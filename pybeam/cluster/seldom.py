"""Say the same thing seldom: a limit for log lines. It is told the time."""

from __future__ import annotations


class Seldom:
    """Lets each subject through once in a while.

    >>> seldom = Seldom(60.0)
    >>> [seldom.allows("a", now) for now in (0.0, 1.0, 59.9, 60.0)]
    [True, False, False, True]
    >>> seldom.allows("b", now=61.0)
    True
    """

    __slots__ = ("_last", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: dict[object, float] = {}

    def allows(self, subject: object, now: float) -> bool:
        """Whether `subject` was not let through in the last seconds; then it is now."""
        last = self._last.get(subject)
        if last is not None and now - last < self._seconds:
            return False
        self._last[subject] = now
        return True
