"""What a node takes for too much, and when it says so.

Pure; `runtime.watchdog` looks and logs, and `runtime.collector` sees to the garbage collector.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf, isfinite

from ..errors import NodeStartError

LONG_SCHEDULE = "PYBEAM_LONG_SCHEDULE"
LONG_MAILBOX = "PYBEAM_LONG_MAILBOX"
LONG_COLLECTION = "PYBEAM_LONG_COLLECTION"


@dataclass(frozen=True)
class Limits:
    """What is logged, or for the collector mended, when it is exceeded; `inf` for never.

    Args:
        schedule: seconds that a process may keep the scheduler's thread.
        mailbox: messages that a process may leave waiting.
        collection: seconds that a full garbage collection may take.
    """

    schedule: float = 0.5
    mailbox: float = 100_000
    collection: float = 0.005

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Limits:
        """The limits that the environment sets: `PYBEAM_LONG_SCHEDULE`, `PYBEAM_LONG_MAILBOX` and
        `PYBEAM_LONG_COLLECTION`; 0 for none.

        Raises:
            NodeStartError: one of them is no number, or negative.

        >>> Limits.of({"PYBEAM_LONG_SCHEDULE": "0.2", "PYBEAM_LONG_MAILBOX": "0"})
        Limits(schedule=0.2, mailbox=inf, collection=0.005)
        """
        return cls(
            number_in(environment, LONG_SCHEDULE, cls.schedule, "seconds") or inf,
            number_in(environment, LONG_MAILBOX, cls.mailbox, "messages") or inf,
            number_in(environment, LONG_COLLECTION, cls.collection, "seconds") or inf,
        )


def number_in(environment: Mapping[str, str], name: str, default: float, unit: str) -> float:
    """The number, at least 0, that a variable of the environment holds.

    Raises:
        NodeStartError: it is no such number.

    >>> number_in({"PYBEAM_BUSY_WAIT": "0"}, "PYBEAM_BUSY_WAIT", 0.0003, "seconds")
    0.0
    """
    text = environment.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not (isfinite(number) and number >= 0):
        raise NodeStartError(f"{name} is a number of {unit}, or 0 to turn it off, not {text!r}")
    return number


class Lengths:
    """Which mailboxes are worth a line in the log.

    One is told of when it passes the limit and each time it has doubled since; and afresh once it
    has been down to half the limit.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._next: dict[int, float] = {}

    def news(self, lengths: Iterable[tuple[int, int]]) -> list[int]:
        """Who is to be told of.

        Args:
            lengths: for each process its number and how many messages wait; those of less than
                half the limit may be left out.

        >>> lengths = Lengths(10)
        >>> [lengths.news([(1, n)]) for n in (9, 12, 19, 20, 4, 11)]
        [[], [1], [], [1], [], [1]]
        """
        before, self._next = self._next, {}
        told = []
        for number, length in lengths:
            due = before.get(number, self._limit)
            if length >= due and length > 0:
                told.append(number)
                while due <= length:
                    due *= 2
            if due > self._limit and length >= self._limit / 2:
                self._next[number] = due
        return told
