"""Threads that are not the scheduler's, as processes.

Each thread that calls pybeam has a *courier*: a process with a pid and a mailbox, on whose behalf
the scheduler runs the thread's calls, one at a time, while the thread blocks on a lock of its own.
So every call means the same from a prompt, a web worker or a callback. A courier traps exits,
since a thread cannot be ended from outside.

The one slot of state that no node holds is here: which runtime this OS process uses by default.
"""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ..clock import MonotonicClock
from ..errors import NORMAL, PybeamError
from ..terms import NONODE
from .process import Process
from .scheduler import Runtime
from .solo import NoNetwork
from .switch import current

T = TypeVar("T")

JOIN_SECONDS = 2.0


class Stopped(PybeamError):
    """The node was stopped while the call waited, or this is the child of a fork."""


class _Interrupted(BaseException):
    """Raised in a courier whose thread gave up waiting (Ctrl-C)."""


class _Job:
    """One call of a thread, and its outcome."""

    __slots__ = ("done", "error", "given_up", "result", "task")

    def __init__(self, task: Callable[[], object]) -> None:
        self.task = task
        self.done = threading.Lock()
        self.done.acquire()
        self.result: object = None
        self.error: BaseException | None = None
        self.given_up = False

    def run(self) -> None:
        try:
            if not self.given_up:
                self.result = self.task()
        except BaseException as error:
            self.error = error
        self.done.release()


class Courier:
    """The process of one foreign thread."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._job: _Job | None = None
        self.process: Process | None = None

    def run(self, task: Callable[[], T]) -> T:
        """Run `task` as this thread's process, and wait for it.

        Raises:
            KeyboardInterrupt: in the main thread; the task has been ended by then.
            Stopped: the node was stopped meanwhile.
        """
        job = _Job(task)
        self._host.admit(job)
        self._host.runtime.call_soon(partial(self._start, job))
        try:
            job.done.acquire()
        except BaseException:
            self._host.runtime.call_soon(partial(self._interrupt, job))
            job.done.acquire()
            raise
        finally:
            self._host.jobs.discard(job)
        if job.error is not None:
            try:
                raise job.error
            finally:
                del job  # or the error and this frame would keep each other alive
        return job.result  # type: ignore[return-value]  # a task returns T

    def _start(self, job: _Job) -> None:
        process = self.process
        # One that still has a stack is in a call that was given up and has not ended yet.
        if process is None or process.fiber is not None or process.number not in self._host.runtime.processes:
            self.process = self._host.runtime.new_process(self._body)
            self.process.trap_exit = True
        self._job = job
        self._host.runtime.ready.append(self.process)

    def _body(self, process: Process) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.run()
        if process.doom is not None:
            self._host.runtime.end(process, process.doom[0])

    def _interrupt(self, job: _Job) -> None:
        job.given_up = True
        process = self.process
        if process is None or process.fiber is None:
            return
        if process.waiting is not None:
            process.resume_with_error(_Interrupted())
        else:  # it has just been resumed, and stands in the run queue
            process.error = _Interrupted()

    def __del__(self) -> None:
        process = self.process
        if process is not None:
            runtime = self._host.runtime
            runtime.call_soon(lambda: runtime.end(process, NORMAL))


class Host:
    """A runtime and the thread that runs it.

    Attributes:
        thread: the background thread; None where somebody's own thread runs it.
        at_stop: called when the runtime has ended, last added first.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.pid = os.getpid()
        self.jobs: set[_Job] = set()
        self.thread: threading.Thread | None = None
        self.at_stop: list[Callable[[], None]] = []
        self._couriers = threading.local()

    def start_thread(self) -> None:
        """Run the runtime on a background thread."""
        self.thread = threading.Thread(target=self.run, name="pybeam scheduler", daemon=True)
        self.thread.start()

    def run(self) -> None:
        """Run the runtime on this thread until it is stopped."""
        try:
            self.runtime.run()
            self.runtime.shut_down()
            self.runtime.turn()
            self.runtime.network.stop()
        finally:
            self.runtime.stopping = True
            for job in list(self.jobs):
                job.error = Stopped("the node was stopped")
                if job.done.locked():
                    job.done.release()
            while self.at_stop:
                self.at_stop.pop()()

    def stop(self) -> None:
        """End the runtime and wait for its thread. Harmless when done twice."""
        self.runtime.stopping = True
        if self.pid == os.getpid():
            self.runtime.network.wake()
            if self.thread is not None and self.thread is not threading.current_thread():
                self.thread.join(JOIN_SECONDS)

    def admit(self, job: _Job) -> None:
        """Take note of a job, or refuse it when nobody would run it."""
        if self.pid != os.getpid():
            raise Stopped("this is the child of a fork: a node does not survive it; start one here (or use spawn)")
        self.jobs.add(job)
        if self.runtime.stopping:
            self.jobs.discard(job)
            raise Stopped("the node was stopped")

    def courier(self) -> Courier:
        """The courier of the calling thread."""
        courier: Courier | None = getattr(self._couriers, "courier", None)
        if courier is None:
            courier = self._couriers.courier = Courier(self)
        return courier


_lock = threading.Lock()
_default: Host | None = None


def default_host() -> Host:
    """The host that this OS process uses; a nameless one is started where there is none."""
    global _default
    host = _default
    if host is not None and not host.runtime.stopping and host.pid == os.getpid():
        return host
    with _lock:
        if _default is None or _default.runtime.stopping or _default.pid != os.getpid():
            _default = Host(Runtime(NONODE, secrets.randbits(64), MonotonicClock(), NoNetwork()))
            _default.start_thread()
        return _default


def set_default_host(host: Host | None) -> None:
    """Make `host` the one that this OS process uses."""
    global _default
    with _lock:
        _default = host


def existing_host() -> Host | None:
    """The host that this OS process uses, if there is one."""
    host = _default
    return host if host is not None and not host.runtime.stopping and host.pid == os.getpid() else None


def in_process(task: Callable[[], T]) -> T:
    """Run `task` inside a process: the one that runs now, or the calling thread's courier."""
    if current() is not None:
        return task()
    return default_host().courier().run(task)


def anywhere(fun: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """`fun(*args, **kwargs)` as the calling thread's process; called from no process."""
    return default_host().courier().run(partial(fun, *args, **kwargs))


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_after_fork_in_child)


@atexit.register
def _stop_at_exit() -> None:
    host = existing_host()
    if host is not None:
        host.stop()
