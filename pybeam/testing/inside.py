"""One node without a network, on virtual time, and tests that run inside a process of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from math import inf
from typing import Any, ParamSpec, TypeVar

from ..clock import VirtualClock
from ..process import sleep
from ..runtime.scheduler import Runtime
from ..runtime.solo import NoNetwork
from ..runtime.switch import current

P = ParamSpec("P")
T = TypeVar("T")


class Solo:
    """A node of its own. Its clock is turned when nothing else is left to do."""

    def __init__(self, name: str = "a@host", creation: int = 1) -> None:
        self.clock = VirtualClock()
        self.runtime = Runtime(name, creation, self.clock, NoNetwork())

    def run(self, fun: Callable[..., T], *args: Any) -> T:
        """Run `fun(*args)` in a new process, and whatever else is due, until it is done.

        Returns:
            What `fun` returns.

        Raises:
            AssertionError: it waits for something that cannot happen.
            BaseException: what `fun` raises.
        """
        outcome: list[tuple[T | None, BaseException | None]] = []

        def body() -> None:
            try:
                outcome.append((fun(*args), None))
            except BaseException as error:
                outcome.append((None, error))

        self.runtime.spawn(body)
        while not outcome:
            self.settle()
            if not outcome:
                due = self.runtime.timers.next()
                assert due < inf, "nothing is left that could happen"
                self.clock.advance_to(due)
        result, error = outcome[0]
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # of T, since there is no error

    def settle(self) -> None:
        """Run what can run without turning the clock."""
        while True:
            self.runtime.turn()
            if self.runtime.idle_for() != 0.0:
                return

    def advance(self, seconds: float) -> None:
        """Let `seconds` go by, with all that happens in them."""
        end = self.clock.now() + seconds
        self.settle()
        while self.runtime.timers.next() <= end:
            self.clock.advance_to(self.runtime.timers.next())
            self.settle()
        self.clock.advance_to(end)


def inside(test: Callable[P, None]) -> Callable[P, None]:
    """Run `test` in a process of a fresh node: a `sleep(3600)` in it takes no time.

    >>> from pybeam.process import sleep
    >>> @inside
    ... def test_an_hour_passes():
    ...     sleep(3600)
    ...     assert now() == 3600
    >>> test_an_hour_passes()
    """

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        Solo().run(partial(test, *args, **kwargs))

    return run


def now() -> float:
    """The clock of the calling process's node, in seconds."""
    process = current()
    assert process is not None, "only a process has a clock to ask"
    return process.runtime.now()


def settle() -> None:
    """Let everything happen that can happen without time going by (but for a nanosecond)."""
    sleep(1e-9)
