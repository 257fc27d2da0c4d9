"""A timeout, as users give it, made into a moment of a node's clock."""

from __future__ import annotations

from math import inf

from ..runtime.scheduler import Runtime


def checked(timeout: float | None) -> float | None:
    """`timeout` itself.

    Raises:
        ValueError: it is none.
    """
    if timeout is None:
        return None
    if not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise ValueError(f"a timeout is a number of seconds, at least 0, or None, not {timeout!r}")
    return timeout


def deadline_of(runtime: Runtime, timeout: float | None) -> float:
    """The moment that is `timeout` seconds from now; `inf` for None.

    Raises:
        ValueError: it is no timeout.
    """
    seconds = checked(timeout)
    return inf if seconds is None else runtime.now() + seconds
