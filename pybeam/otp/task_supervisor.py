"""TaskSupervisor: tasks under a supervisor, which may be on another node; linked to their owner or not.

A `DynamicSupervisor` whose children are the tasks. Follows Elixir's `Task.Supervisor`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from ..process import link
from ..runtime.calls import Dest
from ..runtime.foreign import in_process
from ..runtime.switch import running
from ..runtime.via import Name
from ..terms import Pid
from .child import ChildSpec, Restart, Shutdown
from .dynamic_supervisor import DynamicSupervisor
from .task import Task, own
from .task_run import require_callable, spawn_plain, spawn_task
from .task_stream import Limits, OnTimeout, stream
from .task_wait import Outcome

T = TypeVar("T")


class TaskSupervisor:
    """The functions of task supervisors. One is given like any server: its pid, a name, `(name, node)`.

    >>> from pybeam.process import receive
    >>> workers = TaskSupervisor.start_link(name="workers")
    >>> task = TaskSupervisor.async_nolink("workers", pow, 2, 10)
    >>> task.await_()
    1024
    >>> [word for word, _ in TaskSupervisor.async_stream_nolink("workers", ["7", "seven"], int)]
    ['ok', 'exit']
    >>> TaskSupervisor.stop("workers")
    >>> receive() == ("EXIT", workers, "normal")  # it is linked to this thread
    True
    """

    @staticmethod
    def start_link(
        *,
        max_children: int | None = None,
        max_restarts: int = 3,
        max_seconds: float = 5.0,
        name: Name | None = None,
    ) -> Pid:
        """Start a supervisor without tasks, linked to the calling process. As `DynamicSupervisor.start_link`."""
        return DynamicSupervisor.start_link(
            max_children=max_children, max_restarts=max_restarts, max_seconds=max_seconds, name=name
        )

    @staticmethod
    def child_spec(*, id: object = None, name: Name | None = None, **options: Any) -> ChildSpec:
        """A task supervisor as another's child. Its id, where none is given, is its name, or else `TaskSupervisor`."""
        if id is None:
            id = name or TaskSupervisor
        return DynamicSupervisor.child_spec(id=id, name=name, **options)

    @staticmethod
    def async_(supervisor: Dest, fun: Callable[..., object], *args: Any) -> Task:
        """`Task.async_` under a supervisor: linked to the caller as well, and ended with the supervisor.

        Args:
            supervisor: on another node too; then `fun` and `args` must pickle (lambdas do).

        Raises:
            TypeError: `fun` cannot be called.
            TooManyChildren: the supervisor has as many as it takes.
            NoProcess, NodeDown: there is no such supervisor.
            Exception: what pickling raised; nothing was started.
        """
        require_callable(fun)
        return in_process(lambda: own(_start(supervisor, True, running().pid, fun, args)))

    @staticmethod
    def async_nolink(supervisor: Dest, fun: Callable[..., object], *args: Any) -> Task:
        """`async_`, without the link: neither does a crash end the owner, nor the owner's end the task.

        What the function raised comes from `await_`, or as the DOWN message of `task.ref`.
        """
        require_callable(fun)
        return in_process(lambda: own(_start(supervisor, False, running().pid, fun, args)))

    @staticmethod
    def start_child(
        supervisor: Dest,
        fun: Callable[..., object],
        *args: Any,
        restart: Restart = "temporary",
        shutdown: Shutdown = 5.0,
    ) -> Pid:
        """Run `fun(*args)` under a supervisor for what it does: nobody waits for a result.

        Args:
            restart, shutdown: as in a `ChildSpec`.

        Raises:
            As `async_`; ValueError for a `restart` or `shutdown` that makes no sense.
        """
        require_callable(fun)
        return _add(supervisor, ChildSpec(Task, partial(spawn_plain, fun, args), restart, shutdown))

    @staticmethod
    def async_stream(
        supervisor: Dest,
        items: Iterable[T],
        fun: Callable[[T], object],
        *,
        max_concurrency: int = 8,
        ordered: bool = True,
        timeout: float | None = 5.0,
        on_timeout: OnTimeout = "exit",
    ) -> Iterator[Outcome]:
        """`Task.async_stream` under a supervisor."""
        require_callable(fun)
        limits = Limits(max_concurrency, ordered, timeout, on_timeout)
        return stream(items, fun, limits, partial(_start, supervisor, True))

    @staticmethod
    def async_stream_nolink(
        supervisor: Dest,
        items: Iterable[T],
        fun: Callable[[T], object],
        *,
        max_concurrency: int = 8,
        ordered: bool = True,
        timeout: float | None = 5.0,
        on_timeout: OnTimeout = "exit",
    ) -> Iterator[Outcome]:
        """`async_stream`, without the links: a crash is an outcome, `("exit", reason)`, for every caller."""
        require_callable(fun)
        limits = Limits(max_concurrency, ordered, timeout, on_timeout)
        return stream(items, fun, limits, partial(_start, supervisor, False))

    @staticmethod
    def children(supervisor: Dest) -> list[Pid]:
        """The pids of the tasks that run."""
        return [child.pid for child in DynamicSupervisor.which_children(supervisor) if isinstance(child.pid, Pid)]

    @staticmethod
    def terminate_child(supervisor: Dest, pid: Pid) -> None:
        """End a task. As `DynamicSupervisor.terminate_child`."""
        DynamicSupervisor.terminate_child(supervisor, pid)

    @staticmethod
    def stop(supervisor: Dest, reason: object = "normal", timeout: float | None = None) -> None:
        """End all tasks and the supervisor. As `DynamicSupervisor.stop`."""
        DynamicSupervisor.stop(supervisor, reason, timeout)


def _start(supervisor: Dest, linked: bool, owner: Pid, fun: Callable[..., object], args: tuple[Any, ...]) -> Pid:
    """Start a task that belongs to the caller."""
    pid = _add(supervisor, ChildSpec(Task, partial(spawn_task, owner, fun, args), restart="temporary"))
    if linked:
        link(pid)
    return pid


def _add(supervisor: Dest, spec: ChildSpec) -> Pid:
    pid = DynamicSupervisor.start_child(supervisor, spec)
    assert pid is not None  # a task's process always starts
    return pid
