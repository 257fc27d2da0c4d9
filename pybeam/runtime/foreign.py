"""Threads that are not the scheduler's, as processes.

Each thread that calls pybeam has a *courier*: a process with a pid and a mailbox, on whose behalf
the scheduler runs the thread's calls, one at a time, while the thread blocks on a lock of its own.
So every call means the same from a prompt, a web worker or a callback. A courier traps exits,
since a thread cannot be ended from outside.

The one slot of state that no node holds is here: which runtime this OS process uses by default.
"""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from ..clock import MonotonicClock
from ..errors import NORMAL, DeadlockError, Stopped
from ..terms import NONODE
from .process import Process
from .scheduler import Runtime
from .signals import ProcessExit
from .solo import NoNetwork
from .switch import current

T = TypeVar("T")

log = logging.getLogger("pybeam.runtime")

JOIN_SECONDS = 2.0


class _Interrupted(BaseException):
    """Raised in a courier whose thread gave up waiting (Ctrl-C)."""


class Job:
    """One call of a thread, and its outcome."""

    __slots__ = ("done", "error", "given_up", "over", "result", "task")

    def __init__(self, task: Callable[[], object]) -> None:
        self.task = task
        self.done = threading.Lock()
        self.done.acquire()
        self.result: object = None
        self.error: BaseException | None = None
        self.given_up = False
        self.over = False

    def run(self) -> None:
        try:
            if not self.given_up:
                self.result = self.task()
        except BaseException as error:
            self.error = error
        self.finish()

    def finish(self) -> None:
        self.over = True
        self.done.release()


_IDLE = object()
"""What a courier waits for between two calls."""


def _nothing(process: Process) -> None:
    """The body of a courier between two calls."""


class Courier:
    """The process of one foreign thread."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.process: Process | None = None

    def run(self, task: Callable[[], T]) -> T:
        """Run `task` as this thread's process, and wait for it.

        Raises:
            KeyboardInterrupt: in the main thread; the task has been ended by then.
            Stopped: the node was stopped meanwhile.
        """
        job = Job(task)
        self._host.admit(job)
        self._host.runtime.call_soon(partial(self._start, job))
        try:
            job.done.acquire()
        except BaseException:
            # Ctrl-C may strike just after the lock was taken: then there is nothing to wait for.
            if not job.over:
                self._host.runtime.call_soon(partial(self._interrupt, job))
                job.done.acquire()
            raise
        finally:
            self._host.jobs.discard(job)
        if job.error is not None:
            if isinstance(job.error, ProcessExit):
                raise Stopped(self._why(job.error))
            try:
                raise job.error
            finally:
                del job  # or the error and this frame would keep each other alive
        return job.result  # type: ignore[return-value]  # a task returns T

    def _why(self, end: ProcessExit) -> str:
        if self._host.runtime.stopping:
            return "the node was stopped"
        return f"the process of this thread was ended ({end.reason!r}); its next call gets a new one"

    def _start(self, job: Job) -> None:
        process, body = self.process, partial(self._body, job)
        # One that is not idle has a call that was given up, and that has not ended yet.
        if process is None or process.waiting is not _IDLE:
            process = self.process = self._host.runtime.new_process(body)
            process.trap_exit = True
        process.body = body
        process.waiting = None
        self._host.runtime.ready.append(process)

    def _body(self, job: Job, process: Process) -> None:
        job.run()
        if process.doom is not None or process is not self.process:
            self._host.runtime.end(process, NORMAL)
        else:
            process.waiting, process.body = _IDLE, _nothing  # the job may hold a large result

    def _interrupt(self, job: Job) -> None:
        job.given_up = True
        process = self.process
        if process is None or process.fiber is None:
            return
        if process.waiting is not None:
            process.resume_with_error(_Interrupted())
        else:  # it has just been resumed, and stands in the run queue
            process.error = _Interrupted()

    def end(self) -> None:
        """The thread has ended, and so does its process."""
        if self._host.pid != os.getpid():
            return  # in the child of a fork, where locks may be held by threads that are not there
        runtime = self._host.runtime
        runtime.call_soon(lambda: None if self.process is None else runtime.end(self.process, NORMAL))


class _Lease:
    """A thread's hold on its courier: dropped with the thread.

    The courier itself would not do: its process, which the runtime holds, holds it.
    """

    __slots__ = ("courier",)

    def __init__(self, courier: Courier) -> None:
        self.courier = courier

    def __del__(self) -> None:
        self.courier.end()


class Host:
    """A runtime and the thread that runs it.

    Attributes:
        thread: the background thread; None where somebody's own thread runs it.
        secret: makes a secret of the cookie for a label; None without a cookie.
        give_name_back: to the port mapper; called from any thread, also when done before.
        at_stop: called when the runtime has ended, last added first.
        in_forked_child: called in the child of a fork, where the node is dead.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.pid = os.getpid()
        self.jobs: set[Job] = set()
        self.thread: threading.Thread | None = None
        self.secret: Callable[[str], bytes] | None = None
        self.give_name_back: Callable[[], None] = lambda: None
        self.at_stop: list[Callable[[], None]] = []
        self.in_forked_child: list[Callable[[], None]] = []
        self._leases = threading.local()
        self._scheduler: int | None = None

    def start_thread(self) -> None:
        """Run the runtime on a background thread."""
        self.thread = threading.Thread(target=self.run, name="pybeam scheduler", daemon=True)
        self.thread.start()

    def run(self) -> None:
        """Run the runtime on this thread until it is stopped."""
        self._scheduler = threading.get_ident()
        try:
            self.runtime.run()
            self.runtime.shut_down()
            self.runtime.turn()
            self.runtime.network.stop()
            self.runtime.fibers.retire()
        finally:
            self.runtime.stopping = True
            self._scheduler = None
            for job in list(self.jobs):
                if not job.over:
                    job.error = Stopped("the node was stopped")
                    job.finish()
            while self.at_stop:
                self.at_stop.pop()()

    def stop(self) -> None:
        """End the runtime and wait for its thread. Harmless when done twice."""
        self.runtime.stopping = True
        if self.pid == os.getpid():
            self.runtime.network.wake()
            if self.thread is not None and self.thread is not threading.current_thread():
                self.thread.join(JOIN_SECONDS)
                if self.thread.is_alive():
                    log.error("the node %s has not stopped yet: a callback keeps its thread", self.runtime.name)
                    self.give_name_back()

    def admit(self, job: Job) -> None:
        """Take note of a job, or refuse it when nobody would run it."""
        if self.pid != os.getpid():
            raise Stopped("this is the child of a fork: a node does not survive it; start one here (or use spawn)")
        if self._scheduler == threading.get_ident():
            # Outside any process: from a `__del__`, say. It would wait for itself, for ever.
            raise DeadlockError("the scheduler")
        self.jobs.add(job)
        if self.runtime.stopping:
            self.jobs.discard(job)
            raise Stopped("the node was stopped")

    def courier(self) -> Courier:
        """The courier of the calling thread."""
        lease: _Lease | None = getattr(self._leases, "lease", None)
        if lease is None:
            lease = self._leases.lease = _Lease(Courier(self))
        return lease.courier


_lock = threading.Lock()
_default: Host | None = None
_naming = threading.Lock()


def default_host() -> Host:
    """The host that this OS process uses; a nameless one is started where there is none."""
    global _default
    host = _default  # of the parent, in the child of a fork: it refuses whatever it is asked
    if host is not None and not host.runtime.stopping:
        return host
    with _lock:
        if _default is None or _default.runtime.stopping:
            _default = Host(Runtime(NONODE, secrets.randbits(64), MonotonicClock(), NoNetwork()))
            _default.start_thread()
        return _default


def set_default_host(host: Host | None) -> None:
    """Make `host` the one that this OS process uses."""
    global _default
    with _lock:
        _default = host


def install_host(fresh: Host) -> Host:
    """Make `fresh` the host of this OS process, unless it has one; the one that it has then."""
    global _default
    with _lock:
        host = existing_host()
        if host is None:
            host = _default = fresh
        return host


@contextmanager
def naming() -> Iterator[None]:
    """Make this OS process a node. One thread at a time: two at once made two nodes of it, one of them lost."""
    with _naming:
        yield


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
    global _lock, _naming
    _lock, _naming = threading.Lock(), threading.Lock()
    if _default is not None:
        for act in _default.in_forked_child:
            act()


os.register_at_fork(after_in_child=_after_fork_in_child)


@atexit.register
def _stop_at_exit() -> None:
    host = existing_host()
    if host is not None:
        host.stop()
