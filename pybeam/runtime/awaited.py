"""Tasks of asyncio, as processes.

Each task that calls pybeam has a courier, as a thread has: made at its first call, ended with the
task. The task awaits what the courier's process does, and the event loop goes on meanwhile. Who
cancels that breaks the job off where it waits, so it leaves no open call behind.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar
from weakref import ref

from ..errors import NORMAL, SHUTDOWN, Crash, Stopped
from .courier import Courier, Job
from .foreign import Host, default_host
from .process import Process
from .signals import ProcessExit

T = TypeVar("T")

Undo = Callable[[Process, Any], None]


class AwaitedJob(Job):
    """A job whose end reaches an event loop."""

    __slots__ = ("_courier", "_future", "_loop")

    def __init__(self, task: Callable[[], object], courier: TaskCourier, future: asyncio.Future[Any]) -> None:
        super().__init__(task)
        self._courier = courier
        # The node must not keep a task alive that its program has dropped, together with its loop.
        self._future = ref(future)

    def finish(self) -> None:
        super().finish()
        future = self._future()
        if future is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                future.get_loop().call_soon_threadsafe(self._settle, future)

    def _settle(self, future: asyncio.Future[Any]) -> None:
        error = self.error
        if future.done():
            return
        if isinstance(error, ProcessExit):
            future.set_exception(Stopped(self._courier.why(error)))
        elif isinstance(error, StopIteration):  # which no future takes
            future.set_exception(RuntimeError(f"the call raised {error!r}"))
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(self.result)


class TaskCourier(Courier):
    """The process of one task."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.runtime)
        self._host = host

    async def run(self, task: Callable[[], T], undo: Undo | None = None) -> T:
        """Run `task` as this task's process, and await it.

        Args:
            undo: called with the process and the result, on the scheduler's thread, when `task` was
                done but nobody will get what it returned.

        Raises:
            Stopped: the node was stopped meanwhile.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = AwaitedJob(task, self, future)
        self._host.admit(job)
        self.post(job)
        try:
            return await future
        except BaseException:
            failed = future.done() and not future.cancelled() and future.exception() is not None
            if not failed:
                self._break_off(job, undo)
            raise
        finally:
            self._host.jobs.discard(job)

    def _break_off(self, job: Job, undo: Undo | None) -> None:
        self.give_up(job)
        if undo is not None:
            self.runtime.call_soon(lambda: self._put_right(job, undo))

    def _put_right(self, job: Job, undo: Undo) -> None:
        if job.over and job.error is None and self.process is not None and self.process.doom is None:
            undo(self.process, job.result)

    def task_ended(self, task: asyncio.Task[Any]) -> None:
        """The task has ended, and so does its process; who is tied to it hears how."""
        self.runtime.call_soon(lambda: self._end_as(task))

    def _end_as(self, task: asyncio.Task[Any]) -> None:
        process = self.process
        # A crash is logged: not one that the program may expect, and that no process asked about.
        is_tied = process is not None and (process.links or process.watchers or process.far)
        self._end(_reason_of(task) if is_tied else NORMAL)


class TaskLease:
    """A task's hold on its courier: dropped with the task, which may be before it has ended.

    The courier itself would not do: its process, which the runtime holds, holds it.
    """

    __slots__ = ("courier", "host")

    def __init__(self, host: Host) -> None:
        self.host = host
        self.courier = TaskCourier(host)

    def __del__(self) -> None:
        process = self.courier.process
        if process is not None and process.doom is None and self.host.pid == os.getpid():
            self.courier.end()


def _reason_of(task: asyncio.Task[Any]) -> object:
    if task.cancelled():
        return SHUTDOWN
    error = task.exception()
    return NORMAL if error is None else Crash.of(error)


def task_courier() -> TaskCourier:
    """The courier of the running task.

    Raises:
        RuntimeError: no task runs.
    """
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("await this from a task of asyncio")
    host = default_host()
    lease = host.task_leases.get(task)
    if lease is None:
        lease = host.task_leases[task] = TaskLease(host)
        task.add_done_callback(lease.courier.task_ended)
    return lease.courier
