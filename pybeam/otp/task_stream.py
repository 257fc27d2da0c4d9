"""A stream of tasks: some at a time, their outcomes in order or as they come.

The generator runs where it is iterated, and takes the items there. The tasks belong to a server of
its own, linked to the iterating process, so that nothing of them reaches that process's mailbox.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Any, Literal, NamedTuple, get_args

from ..errors import KILL, NORMAL, CallTimeout, PybeamError, ServerDied
from ..process import cancel_timer, exit, monitor, send_after, unlink
from ..runtime.calls import call
from ..runtime.foreign import in_process
from ..runtime.signals import From, ProcessExit
from ..runtime.switch import current, running
from ..terms import Pid, Ref
from .child import require
from .deadline import checked
from .directives import Fail, NoReply, Stop
from .gen_server import GenServer
from .task_run import begin
from .task_wait import Outcome, outcome_ref, unlink_quietly

OnTimeout = Literal["exit", "kill_task"]

Fun = Callable[[Any], object]

Starter = Callable[[Pid, Callable[..., object], tuple[Any, ...]], Pid]
"""Starts a task's process for an owner: `task_run.spawn_task`, or a supervisor's way of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How a stream runs its tasks; see `Task.async_stream`.

    Raises:
        ValueError: a field has a value that means nothing.

    >>> Limits(max_concurrency=0)
    Traceback (most recent call last):
    ValueError: max_concurrency is a whole number, at least 1, not 0
    """

    max_concurrency: int = 8
    ordered: bool = True
    timeout: float | None = 5.0
    on_timeout: OnTimeout = "exit"

    def __post_init__(self) -> None:
        count = self.max_concurrency
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise ValueError(f"max_concurrency is a whole number, at least 1, not {count!r}")
        checked(self.timeout)
        require(self.on_timeout, get_args(OnTimeout), "on_timeout")


def stream(items: Iterable[Any], fun: Fun, limits: Limits, start: Starter) -> Iterator[Outcome]:
    """See `Task.async_stream`."""
    return _generate(iter(items), fun, limits, start)


def _generate(source: Iterator[Any], fun: Fun, limits: Limits, start: Starter) -> Generator[Outcome, None, None]:
    server = GenServer.start_link(_Stream, fun, limits, start)
    outcomes = _outcomes(source, server, limits.max_concurrency)
    try:
        yield from _in_order(outcomes) if limits.ordered else (outcome for _, outcome in outcomes)
    finally:
        with suppress(PybeamError):  # it has ended; or nobody iterates any more, and it is about to
            in_process(lambda: _close(server))


def _outcomes(source: Iterator[Any], server: Pid, most: int) -> Iterator[tuple[int, Outcome]]:
    """Keep up to `most` tasks running. Yields the place of each among the items and its outcome, as they end."""
    started = busy = 0
    while True:
        for item in islice(source, most - busy):
            _ask(server, _Start(started, item))
            started, busy = started + 1, busy + 1
        if not busy:
            return
        place, outcome = _ask(server, _Next())
        if isinstance(outcome, CallTimeout):
            raise outcome
        busy -= 1
        yield place, outcome


def _in_order(outcomes: Iterator[tuple[int, Outcome]]) -> Iterator[Outcome]:
    early, due = dict[int, Outcome](), 0
    for place, outcome in outcomes:
        early[place] = outcome
        while due in early:
            yield early.pop(due)
            due += 1


def _ask(server: Pid, request: object) -> Any:
    try:
        return call(server, request, None)
    except ServerDied:
        me = current()
        if me is not None and me.doom is not None:
            raise ProcessExit(me.doom[0]) from None  # a task crashed, and this process with it
        raise


def _close(server: Pid) -> None:
    me = running()
    if me.doom is not None:
        return  # the link sees to it
    unlink_quietly(me, server)
    call(server, _Close(), None)


class _Start(NamedTuple):
    """Start the task for one item; answered when it runs."""

    place: int
    item: object


class _Next(NamedTuple):
    """Answered with the place and the outcome of a task, when the next one has ended."""


class _Close(NamedTuple):
    """End the tasks, and then the server."""


class _Late(NamedTuple):
    """A task's time is up."""

    ref: Ref


class _Running(NamedTuple):
    place: int
    pid: Pid
    timer: Ref | None


class _Stream(GenServer):
    """Owns the tasks of one stream."""

    def init(self, fun: Fun, limits: Limits, start: Starter) -> None:
        self._fun, self._limits, self._start = fun, limits, start
        self._running: dict[Ref, _Running] = {}
        self._over: deque[tuple[int, Outcome | CallTimeout]] = deque()
        self._asking: From | None = None
        parent = self._process.parent
        assert parent is not None
        # A crash ends the iterating process through this one, unless that traps exits.
        self._process.trap_exit = self._process.runtime.processes[parent.number].trap_exit
        # It may also end normally in the middle, and leave nobody to close this.
        self._parents_end = monitor(parent)

    def handle_call(self, request: Any, from_: From) -> Any:
        if isinstance(request, _Close):
            self._end_tasks()
            return Stop(NORMAL, reply=None)
        if isinstance(request, _Start):
            try:
                self._run(request)
            except Exception as error:
                return Fail(error)
            return None
        self._asking = from_
        self._pass_on()
        return NoReply()

    def handle_info(self, message: Any) -> Any:
        if isinstance(message, _Late):
            self._stop_late(message.ref)
            return None
        ref = outcome_ref(message)
        if ref == self._parents_end:
            self._end_tasks()
            return Stop(message[4])
        if ref in self._running:
            outcome: Outcome = ("ok", message[1]) if len(message) == 2 else ("exit", message[4])
            self._finish(ref, outcome)
        return None

    def _run(self, request: _Start) -> None:
        pid = self._start(self._process.pid, self._fun, (request.item,))
        ref, seconds = begin(pid), self._limits.timeout
        timer = None if seconds is None or seconds == inf else send_after(self._process.pid, _Late(ref), seconds)
        self._running[ref] = _Running(request.place, pid, timer)

    def _stop_late(self, ref: Ref) -> None:
        task = self._running.get(ref)
        if task is None:
            return  # it has ended while this was in the mailbox
        self._kill(ref, task)
        is_fatal = self._limits.on_timeout == "exit"
        self._finish(ref, CallTimeout(task.pid, self._limits.timeout or 0.0) if is_fatal else ("exit", "timeout"))

    def _finish(self, ref: Ref, outcome: Outcome | CallTimeout) -> None:
        task = self._running.pop(ref)
        if task.timer is not None:
            cancel_timer(task.timer)
        self._over.append((task.place, outcome))
        self._pass_on()

    def _pass_on(self) -> None:
        if self._asking is not None and self._over:
            asking, self._asking = self._asking, None
            GenServer.reply(asking, self._over.popleft())

    def _end_tasks(self) -> None:
        for ref, task in self._running.items():
            self._kill(ref, task)

    def _kill(self, ref: Ref, task: _Running) -> None:
        unlink(task.pid)
        exit(task.pid, KILL)
        self._process.receive(lambda message: outcome_ref(message) == ref)
