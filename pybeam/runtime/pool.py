"""Threads for blocking work, that keep nobody from leaving.

Not the standard library's pool: at the interpreter's end that waits for its threads, and a program
with a worker asleep for a day would take a day to end.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

MAX_WORKERS = 64
"""Threads at a time; what comes when all are busy waits for one."""


class Workers:
    """Runs each task on a thread of its own, up to `MAX_WORKERS` at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = 0
        self._waiting: deque[Callable[[], None]] = deque()

    def submit(self, fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Have `fun(*args, **kwargs)` run; the future has what it returns or raises."""
        future: Future[Any] = Future()

        def task() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fun(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._lock:
            if self._busy == MAX_WORKERS:
                self._waiting.append(task)
                return future
            self._busy += 1
        try:
            threading.Thread(target=self._work, args=(task,), name="pybeam worker", daemon=True).start()
        except BaseException:  # the machine has no more threads: this one is not busy
            with self._lock:
                self._busy -= 1
            raise
        return future

    def forget(self) -> None:
        """Drop what waits for a thread: the node has stopped."""
        with self._lock:
            self._waiting.clear()

    def _work(self, task: Callable[[], None] | None) -> None:
        while task is not None:
            task()
            with self._lock:
                task = self._waiting.popleft() if self._waiting else None
                if task is None:
                    self._busy -= 1
