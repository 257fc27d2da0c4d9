"""Blocking and heavy work: on threads, while only one process waits for it.

The BEAM's dirty schedulers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .foreign import in_process
from .switch import current

T = TypeVar("T")


def blocking(fun: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run `fun(*args, **kwargs)` in a worker thread; only the calling process waits for it.

    For code that sleeps, computes for long or does I/O of its own. At most 64 run at a time on a
    node. A worker that is still busy when the program ends is left behind, as a daemon thread is.

    Returns:
        What `fun` returns.

    Raises:
        BaseException: what `fun` raises.

    >>> blocking(sum, [1, 2, 3])
    6
    """

    def wait() -> T:
        process = current()
        assert process is not None
        runtime = process.runtime

        def start(resume: Callable[[object], None]) -> None:
            future = runtime.workers.submit(fun, *args, **kwargs)
            future.add_done_callback(lambda done: runtime.call_soon(lambda: resume(done)))

        return process.suspend(start).result()  # type: ignore[attr-defined,no-any-return]  # a Future of T

    return in_process(wait)
