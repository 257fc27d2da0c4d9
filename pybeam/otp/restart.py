"""Decide what a supervisor does when a child ends.

Pure: values in, a plan out. It starts nothing, stops nothing and reads no clock;
`otp.supervision` carries the plan out. The rules are those of OTP's `supervisor`
("Supervision Principles" in OTP Design Principles).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..errors import NORMAL, SHUTDOWN
from .child import Restart

Strategy = Literal["one_for_one", "one_for_all", "rest_for_one"]
AutoShutdown = Literal["never", "any_significant", "all_significant"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about a child that ended.

    Attributes:
        stop: the ids of the children to stop, in this order.
        start: the ids of the children to start then, in this order.
    """

    stop: tuple[object, ...]
    start: tuple[object, ...]


def plan(strategy: Strategy, order: Sequence[object], fallen: object) -> Plan:
    """Plan the restart of `fallen`, one of `order` (the ids in the order of their start).

    >>> plan("rest_for_one", ["db", "cache", "web"], fallen="cache")
    Plan(stop=('web',), start=('cache', 'web'))
    """
    at = order.index(fallen)
    scopes = {"one_for_one": order[at : at + 1], "one_for_all": order, "rest_for_one": order[at:]}
    start = tuple(scopes[strategy])
    return Plan(tuple(child for child in reversed(start) if child != fallen), start)


def is_orderly(reason: object) -> bool:
    """Whether a process that ends with `reason` ends as it was meant to.

    >>> is_orderly(("shutdown", "moved")), is_orderly("killed")
    (True, False)
    """
    word = reason[0] if isinstance(reason, tuple) and len(reason) == 2 else reason
    return isinstance(word, str) and (word == SHUTDOWN or (word is reason and word == NORMAL))


def wants_restart(restart: Restart, reason: object) -> bool:
    """Whether a child of that restart type is restarted when it ended by itself with `reason`."""
    return restart == "permanent" or (restart == "transient" and not is_orderly(reason))


def ends_its_supervisor(auto_shutdown: AutoShutdown, significant: bool, others: int) -> bool:
    """Whether a supervisor ends when a child has ended by itself, and for good.

    Args:
        significant: whether that child was.
        others: how many other significant children run, or are about to be restarted.

    >>> ends_its_supervisor("all_significant", True, 1), ends_its_supervisor("all_significant", True, 0)
    (False, True)
    """
    return significant and (auto_shutdown == "any_significant" or (auto_shutdown == "all_significant" and not others))


@dataclass(frozen=True, slots=True)
class Intensity:
    """How often a supervisor restarts before it gives up: a window that slides over its restarts.

    Attributes:
        max_restarts: so many restarts are allowed ...
        max_seconds: ... within so many seconds.
        restarts: when the restarts within the window were made.

    >>> once = Intensity(max_restarts=1, max_seconds=5.0).with_restart(now=100.0)
    >>> once.exceeded, once.with_restart(now=105.0).exceeded, once.with_restart(now=105.5).exceeded
    (False, True, False)
    """

    max_restarts: int
    max_seconds: float
    restarts: tuple[float, ...] = ()

    def with_restart(self, now: float) -> Intensity:
        """The window after one more restart, at the moment `now`."""
        first = bisect_left(self.restarts, now, key=lambda moment: moment + self.max_seconds)
        return replace(self, restarts=(*self.restarts[first:], now))

    @property
    def exceeded(self) -> bool:
        return len(self.restarts) > self.max_restarts
