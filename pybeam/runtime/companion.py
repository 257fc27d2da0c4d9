"""The companion: a loop of asyncio beside the scheduler, for processes that need a library written for it.

It has a thread of its own, started at the first use and ended with the node.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import DeadlockError, Stopped

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

T = TypeVar("T")

log = logging.getLogger("pybeam.runtime")

PATIENCE = 1.0
"""Seconds that coroutines have to end in when the node stops."""

Outcome = tuple[T | None, BaseException | None]


class Companion:
    """The companion loop of one node."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._ended = False

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[Outcome[T]]:
        """Have a coroutine run; any thread. Cancelling the future cancels it.

        Returns:
            A future of what it returns and of what ends a program where it is raised (SystemExit,
            KeyboardInterrupt); other exceptions are the future's own.

        Raises:
            Stopped: the node was stopped.
        """
        from concurrent.futures import Future

        future: Future[Outcome[T]] = Future()
        with self._lock:
            if self._stopped:
                raise Stopped("the node was stopped")
            loop = self._running()
            loop.call_soon_threadsafe(_begin, loop, coroutine, future)
        return future

    def refuse_own_thread(self) -> None:
        """Let no coroutine of the companion wait for the companion.

        Raises:
            DeadlockError: this is its thread.
        """
        if self._thread is threading.current_thread():
            raise DeadlockError("the companion loop")

    def stop(self) -> None:
        """Cancel what runs and end the thread; what refuses is left behind."""
        with self._lock:
            self._stopped = True
            loop, thread = self._loop, self._thread
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(self._end)
            thread.join(PATIENCE)

    def _end(self) -> None:
        # On the loop's own turn: told to stop while it does not run, it would break off its last run, that cancels.
        self._ended = True
        if self._loop is not None:
            self._loop.stop()

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            from asyncio import new_event_loop  # late: most programs never need it

            loop = new_event_loop()
            self._thread = threading.Thread(target=self._live, args=(loop,), name="pybeam companion loop", daemon=True)
            try:
                self._thread.start()
            except BaseException:  # the machine has no more threads: without one the loop would never run
                loop.close()
                raise
            self._loop = loop
        return self._loop

    def _live(self, loop: asyncio.AbstractEventLoop) -> None:
        from asyncio import set_event_loop

        set_event_loop(loop)
        while not self._ended:
            try:
                loop.run_forever()
            except BaseException:  # SystemExit, in a task that a coroutine has started
                log.exception("a task of the companion loop would have ended it")
        loop.run_until_complete(_cancel_all())
        loop.close()


def _begin(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], future: Future[Outcome[T]]) -> None:
    task = loop.create_task(_guarded(coroutine))

    def cancel(future: Future[Outcome[T]]) -> None:
        if future.cancelled():
            with suppress(RuntimeError):  # the loop is closed, and has cancelled all
                loop.call_soon_threadsafe(task.cancel)

    def settle(task: asyncio.Task[Outcome[T]]) -> None:
        coroutine.close()  # cancelled before its first step it would be told as never awaited
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            future.cancel()
        elif future.set_running_or_notify_cancel():
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(task.result())

    task.add_done_callback(settle)
    future.add_done_callback(cancel)


async def _guarded(coroutine: Coroutine[Any, Any, T]) -> Outcome[T]:
    # Out of a task these two go on to end the thread of the loop.
    try:
        return await coroutine, None
    except (SystemExit, KeyboardInterrupt) as error:
        return None, error


async def _cancel_all() -> None:
    from asyncio import all_tasks, current_task, gather, get_running_loop

    tasks = [task for task in all_tasks() if task is not current_task()]
    for task in tasks:
        task.cancel()
    await gather(*tasks, return_exceptions=True)
    await get_running_loop().shutdown_asyncgens()
