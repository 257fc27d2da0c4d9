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
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from ..clock import MonotonicClock
from ..errors import DeadlockError, Stopped
from ..terms import NONODE
from .collector import Collector
from .courier import Courier, Job
from .limits import Limits
from .scheduler import Runtime
from .signals import ProcessExit
from .solo import NoNetwork
from .switch import current
from .watchdog import Watchdog

if TYPE_CHECKING:
    from .awaited import TaskLease

T = TypeVar("T")

log = logging.getLogger("pybeam.runtime")

JOIN_SECONDS = 2.0

LAST_SECONDS = 1.0
"""That the processes have to end in when the node stops: each unwinds its stack, with what it has to clean up."""


class ThreadJob(Job):
    """A job whose thread blocks on a lock until it is over."""

    __slots__ = ("done",)

    def __init__(self, task: Callable[[], object]) -> None:
        super().__init__(task)
        self.done = threading.Lock()
        self.done.acquire()

    def finish(self) -> None:
        super().finish()
        self.done.release()


class ThreadCourier(Courier):
    """The process of one foreign thread."""

    def __init__(self, host: Host) -> None:
        super().__init__(host.runtime)
        self._host = host

    def run(self, task: Callable[[], T]) -> T:
        """Run `task` as this thread's process, and wait for it.

        Raises:
            KeyboardInterrupt: in the main thread; the task has been ended by then.
            Stopped: the node was stopped meanwhile.
        """
        job = ThreadJob(task)
        try:
            self._host.admit(job)
            self.post(job)
            job.done.acquire()
        except BaseException:
            # Ctrl-C may strike just after the lock was taken: then there is nothing to wait for. Or on the way
            # to posting it: then it is posted once more, and whichever comes first finds that it was given up.
            if not job.over and job in self._host.jobs:
                self.give_up(job)
                self.post(job)
                job.done.acquire()
            raise
        finally:
            self._host.jobs.discard(job)
        if job.error is not None:
            if isinstance(job.error, ProcessExit):
                raise Stopped(self.why(job.error))
            try:
                raise job.error
            finally:
                del job  # or the error and this frame would keep each other alive
        return job.result  # type: ignore[return-value]  # a task returns T

    def thread_ended(self) -> None:
        """The thread has ended, and so does its process."""
        # In the child of a fork, locks may be held by threads that are not there.
        if self._host.pid == os.getpid():
            self.end()


class _Lease:
    """A thread's hold on its courier: dropped with the thread.

    The courier itself would not do: its process, which the runtime holds, holds it.
    """

    __slots__ = ("courier",)

    def __init__(self, courier: ThreadCourier) -> None:
        self.courier = courier

    def __del__(self) -> None:
        self.courier.thread_ended()


class Host:
    """A runtime and the thread that runs it.

    Attributes:
        thread: the background thread; None where somebody's own thread runs it.
        secret: makes a secret of the cookie for a label; None without a cookie.
        give_name_back: to the port mapper; called from any thread, also when done before.
        at_stop: called when the runtime has ended, last added first.
        in_forked_child: called in the child of a fork, where the node is dead.
        task_leases: of the asyncio tasks that have called pybeam.
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
        self.task_leases: WeakKeyDictionary[object, TaskLease] = WeakKeyDictionary()
        self._limits = Limits.of(os.environ)
        self._leases = threading.local()
        self._scheduler: int | None = None

    def start_thread(self) -> None:
        """Run the runtime on a background thread."""
        self.thread = threading.Thread(target=self.run, name="pybeam scheduler", daemon=True)
        self.thread.start()

    def run(self) -> None:
        """Run the runtime on this thread until it is stopped."""
        self._scheduler = threading.get_ident()
        watchdog = Watchdog(self.runtime, self._limits, self._scheduler)
        collector = Collector(self.runtime, self._limits.collection)
        self.in_forked_child.append(collector.stop)
        watchdog.start()
        collector.start()
        try:
            self.runtime.run()
            self._end_processes()
            self.runtime.companion.stop()
            self.runtime.network.stop()
            self._end_processes()  # what had come meanwhile: it kept its stack, and by it the whole node
            self.runtime.fibers.retire()
        finally:
            self.runtime.stopping = True
            self._scheduler = None
            watchdog.stop()
            collector.stop()
            for job in list(self.jobs):
                if not job.over:
                    job.error = Stopped("the node was stopped")
                    job.finish()
            while self.at_stop:
                self.at_stop.pop()()

    def _end_processes(self) -> None:
        runtime = self.runtime
        runtime.shut_down()
        until = runtime.now() + LAST_SECONDS
        while runtime.ready and runtime.now() < until:
            runtime.turn()

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

    def courier(self) -> ThreadCourier:
        """The courier of the calling thread."""
        lease: _Lease | None = getattr(self._leases, "lease", None)
        if lease is None:
            lease = self._leases.lease = _Lease(ThreadCourier(self))
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
