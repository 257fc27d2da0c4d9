"""Work that is not for the scheduler's thread, while only one process waits for it.

Blocking and heavy work goes to worker threads, the BEAM's dirty schedulers; coroutines go to the
companion loop.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, TypeVar

from .foreign import existing_host, in_process
from .process import Process
from .switch import current

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


def blocking(fun: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run `fun(*args, **kwargs)` in a worker thread; only the calling process waits for it.

    For code that sleeps, computes for long or does I/O of its own. At most 64 run at a time on a
    node. A thread cannot be ended: when the process is, `fun` goes on and its result is dropped. A
    worker that is still busy when the program ends is left behind, as a daemon thread is.

    Returns:
        What `fun` returns.

    Raises:
        BaseException: what `fun` raises.

    >>> blocking(sum, [1, 2, 3])
    6
    """

    def wait() -> T:
        process = _me()
        future: Future[T] = process.runtime.workers.submit(fun, *args, **kwargs)
        return _await(process, future)

    return in_process(wait)


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the node's companion loop of asyncio; only the calling process waits for it.

    It runs as a task of its own: within it, `pybeam.aio` has its calls. When the calling process is
    ended it is cancelled.

    Returns:
        What the coroutine returns.

    Raises:
        BaseException: what the coroutine raises.
        concurrent.futures.CancelledError: it was cancelled, but not by this process's end.
        DeadlockError: called on the companion's own thread; await the coroutine there.
        TypeError: it is no coroutine.

    >>> import asyncio
    >>> run_async(asyncio.sleep(0.001, "rested"))
    'rested'
    """
    if not iscoroutine(coroutine):
        raise TypeError(f"a coroutine is needed here, such as `fetch()` of an `async def fetch`, not {coroutine!r}")

    begun = []

    def wait() -> T:
        process = _me()
        begun.append(process.runtime.companion.start(coroutine))
        result, error = _await(process, begun[0])
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # a T, since there is no error

    try:
        host = existing_host()
        if host is not None:
            host.runtime.companion.refuse_own_thread()
        return in_process(wait)
    finally:
        if not begun:
            coroutine.close()


def _me() -> Process:
    process = current()
    assert process is not None
    return process


def _await(process: Process, future: Future[T]) -> T:
    """Park until a future is done; cancel it where the process ends before."""
    call_soon = process.runtime.call_soon

    def start(resume: Callable[[object], None]) -> None:
        future.add_done_callback(lambda done: call_soon(lambda: resume(done)))

    try:
        process.suspend(start)
    except BaseException:
        future.cancel()
        raise
    return future.result()
