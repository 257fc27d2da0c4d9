"""Task: a function that runs in a process of its own, and whose result its owner may wait for.

What users call; what the task's process does is in `otp.task_run`, how its owner waits in
`otp.task_wait`. Follows Elixir's `Task`; where that ends the caller, here it gets an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from ..errors import CallTimeout
from ..process import send, spawn, spawn_link, unlink
from ..runtime.foreign import in_process
from ..runtime.process import Process
from ..runtime.switch import current, running
from ..terms import Pid, Ref
from .child import ChildSpec
from .deadline import deadline_of
from .task_run import awaits, begin, require_callable, spawn_task
from .task_stream import Limits, OnTimeout, stream
from .task_wait import Outcome, give_up, shut_down_task, take, unlink_quietly, value_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Task:
    """A task, as its owner knows it.

    Attributes:
        pid: its process; None for one that was `completed` from the start.
        ref: stands for its result: the owner gets `(ref, value)`, or
            `("DOWN", ref, "process", pid, reason)`, which a `GenServer` that rather goes on
            than waits takes in `handle_info`.
        owner: the process that started it, the only one that may wait for it.

    >>> task = Task.async_(pow, 2, 10)
    >>> Task.await_(task)
    1024
    """

    pid: Pid | None
    ref: Ref
    owner: Pid

    # ------------------------------------------------------------------ start

    @staticmethod
    def async_(fun: Callable[..., object], *args: Any) -> Task:
        """Run `fun(*args)` in a process linked to the caller, which owns the task.

        If the one crashes the other does, unless it traps exits; a thread does, and so gets what
        `fun` raised from `await_` alone. For a task whose crash must spare its owner see
        `TaskSupervisor.async_nolink`.

        Raises:
            TypeError: `fun` cannot be called.
        """
        require_callable(fun)
        return in_process(lambda: own(spawn_task(running().pid, fun, args)))

    @staticmethod
    def completed(value: object) -> Task:
        """A task that has this result already: for where a task is wanted and nothing is left to do."""

        def make() -> Task:
            me = running()
            ref = Ref(me.runtime.name, me.runtime.creation, me.runtime.next_ref())
            send(me.pid, (ref, value))
            return Task(None, ref, me.pid)

        return in_process(make)

    @staticmethod
    def start(fun: Callable[..., object], *args: Any) -> Pid:
        """Run `fun(*args)` in a process of its own, linked to nobody, for what it does and not for a result."""
        require_callable(fun)
        return spawn(fun, *args)

    @staticmethod
    def start_link(fun: Callable[..., object], *args: Any) -> Pid:
        """`start`, linked to the caller: what a supervisor calls."""
        require_callable(fun)
        return spawn_link(fun, *args)

    @staticmethod
    def child_spec(fun: Callable[..., object], *args: Any) -> ChildSpec:
        """A task as a supervisor's child, `(Task, fun, *args)` in its list: run once, and never again.

        Its id is `Task`; of two under one supervisor, one needs another:
        `dataclasses.replace(Task.child_spec(fun), id="warm up")`.
        """
        require_callable(fun)
        return ChildSpec(Task, partial(Task.start_link, fun, *args), restart="temporary")

    # ------------------------------------------------------------------ wait

    def await_(self, timeout: float | None = 5.0) -> Any:
        """Wait for the result. Only once, and only the owner.

        Args:
            timeout: seconds; None waits for ever.

        Raises:
            BaseException: what the task's function raised. An owner that is linked to the task
                and does not trap exits ends by the link, and is told nothing any more.
            CallTimeout: no result in time. The task goes on, still linked; its result is dropped.
            ServerDied: the task was ended otherwise; has the reason.
            NodeDown: its node was lost.
            RemoteError: what it raised on another node cannot travel.
            ValueError: the caller is not the owner.
        """
        return await_many([self], timeout)[0]

    @staticmethod
    def await_many(tasks: Iterable[Task], timeout: float | None = 5.0) -> list[Any]:
        """The results of all, in the order of `tasks`, within `timeout` seconds in all.

        Raises:
            BaseException: as `await_`, for the first that fails; the others go on, unawaited.
        """
        return await_many(list(tasks), timeout)

    def yield_(self, timeout: float | None = 5.0) -> Outcome | None:
        """Wait for the outcome: `("ok", value)`, `("exit", reason)`, or None for not yet.

        After None the task may be asked again.

        Raises:
            ValueError: the caller is not the owner.
        """
        return Task.yield_many([self], timeout)[0][1]

    @staticmethod
    def yield_many(tasks: Iterable[Task], timeout: float | None = 5.0) -> list[tuple[Task, Outcome | None]]:
        """`yield_` for several, within `timeout` seconds in all: `[(task, outcome or None), ...]`, in their order."""
        asked = list(tasks)

        def collect(me: Process) -> list[tuple[Task, Outcome | None]]:
            outcomes: dict[Ref, Outcome] = {}
            open_, deadline = {task.ref for task in asked}, deadline_of(me.runtime, timeout)
            while open_ and (taken := take(me, open_, deadline)) is not None:
                open_.remove(taken[0])
                outcomes[taken[0]] = taken[1]
            return [(task, outcomes.get(task.ref)) for task in asked]

        return _as_owner(asked, collect)

    # ------------------------------------------------------------------ end

    def shutdown(self, timeout: float | Literal["brutal_kill"] | None = 5.0) -> Outcome | None:
        """End the task, and wait until it has ended.

        Args:
            timeout: seconds after which it is killed; `"brutal_kill"` for at once.

        Returns:
            Its outcome, if it had one before; None if not.

        Raises:
            NodeDown: its node cannot be reached.
            ValueError: the caller is not the owner, or there is no process.
        """
        pid = _checked(self).pid
        if pid is None:
            raise ValueError(f"{self!r} has no process that could be shut down")
        return _as_owner([self], lambda me: shut_down_task(me, pid, self.ref, timeout))

    def ignore(self) -> Outcome | None:
        """Let the task go: it goes on, unlinked, and nothing of it comes any more.

        Returns:
            Its outcome, if it had one before; None if not.

        Raises:
            ValueError: the caller is not the owner.
        """

        def let_go(me: Process) -> Outcome | None:
            if self.pid is not None:
                unlink(self.pid)
            return give_up(me, self.ref)

        return _as_owner([self], let_go)

    # ------------------------------------------------------------------ many

    @staticmethod
    def async_stream(
        items: Iterable[T],
        fun: Callable[[T], object],
        *,
        max_concurrency: int = 8,
        ordered: bool = True,
        timeout: float | None = 5.0,
        on_timeout: OnTimeout = "exit",
    ) -> Iterator[Outcome]:
        """Run `fun(item)` for each item, each in a process of its own, some at a time.

        Nothing is taken from `items` before it can run. The tasks are linked to the caller: one
        that crashes ends it, unless it traps exits. Ends its tasks when it is closed early.

        Args:
            max_concurrency: how many run at a time. (Elixir's default counts schedulers.)
            ordered: yield in the order of `items`, keeping what is ready early; else as they end.
            timeout: seconds that each gets.
            on_timeout: `"exit"` raises `CallTimeout` and ends all; `"kill_task"` ends that task
                and yields `("exit", "timeout")`.

        Returns:
            A generator of `("ok", value)`, or `("exit", reason)` where the caller traps exits.

        Raises:
            TypeError, ValueError: an argument makes no sense; at once.

        >>> list(Task.async_stream([1, 2, 3], lambda n: n * n, max_concurrency=2))
        [('ok', 1), ('ok', 4), ('ok', 9)]
        """
        require_callable(fun)
        return stream(items, fun, Limits(max_concurrency, ordered, timeout, on_timeout), spawn_task)


def own(pid: Pid) -> Task:
    """The task that the process `pid` works on, which waits for its owner: the caller."""
    return Task(pid, begin(pid), running().pid)


def await_many(tasks: list[Task], timeout: float | None) -> list[Any]:
    """See `Task.await_many`."""

    def wait(me: Process) -> list[Any]:
        values: dict[Ref, Any] = {}
        open_, deadline = {task.ref: task for task in tasks}, deadline_of(me.runtime, timeout)
        try:
            while open_:
                taken = take(me, open_, deadline)
                if taken is None:
                    first = next(iter(open_.values()))
                    raise CallTimeout(first if len(tasks) == 1 else tasks, timeout or 0.0)
                ref, outcome = taken
                values[ref] = value_of(outcome, open_.pop(ref).pid)
        finally:
            for ref in open_:
                give_up(me, ref)
        return [values[task.ref] for task in tasks]

    return _as_owner(tasks, wait)


def _as_owner(tasks: list[Task], act: Callable[[Process], T]) -> T:
    """Do `act` in the calling process, which must own the tasks.

    A thread traps exits, but only because nobody can end it: the EXIT of a task that is over is no
    news to it, and would stay in its mailbox for good.
    """
    is_thread = current() is None

    def run() -> T:
        me = running()
        for task in tasks:
            if _checked(task).owner != me.pid:
                raise ValueError(f"{task!r} is for its owner to wait for, and not for {me.pid}")
        try:
            return act(me)
        finally:
            for task in tasks if is_thread else ():
                if task.pid is not None and not awaits(me, task.ref):
                    unlink_quietly(me, task.pid)

    return in_process(run)


def _checked(task: object) -> Task:
    if not isinstance(task, Task):
        raise TypeError(f"a Task is needed here, not {task!r}")
    return task
