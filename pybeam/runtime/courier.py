"""A process that stands for something outside the scheduler: a thread, or a task of asyncio.

Its *jobs* come one at a time from there, and are run here as that process; between two jobs it is
idle, and its mailbox fills. It traps exits, since what it stands for cannot be ended from here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..errors import NORMAL
from .process import Process
from .scheduler import Runtime
from .signals import ProcessExit

PATIENCE = 3
"""Turns that a job waits for the end of one before it that was given up."""


class Interrupted(BaseException):
    """Raised in a courier whose job was given up (Ctrl-C, a cancelled task)."""


class Job:
    """One call from outside, and its outcome.

    Attributes:
        begun: whether it has been taken from the inbox, where it may be twice.
        over: whether it has been run, or never will be.
    """

    __slots__ = ("begun", "error", "given_up", "over", "result", "task")

    def __init__(self, task: Callable[[], object]) -> None:
        self.task = task
        self.result: object = None
        self.error: BaseException | None = None
        self.given_up = self.begun = self.over = False

    def run(self) -> None:
        try:
            if not self.given_up:
                self.result = self.task()
        except BaseException as error:
            self.error = error
        self.finish()

    def finish(self) -> None:
        """Tell whoever waits. A subclass adds how."""
        self.over = True


_IDLE = object()
"""What a courier waits for between two jobs."""


def _nothing(process: Process) -> None:
    """The body of a courier between two jobs."""


class Courier:
    """Runs jobs as one process of `runtime`. Only `post`, `give_up` and `end` are for other threads.

    Attributes:
        process: None before the first job.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.process: Process | None = None
        self._job: Job | None = None

    def post(self, job: Job) -> None:
        """Have a job run soon."""
        self.runtime.call_soon(partial(self._start, job, PATIENCE))

    def give_up(self, job: Job) -> None:
        """Nobody waits for this job any more: let it not begin, or break off where it waits."""
        self.runtime.call_soon(partial(self._interrupt, job))

    def end(self, reason: object = NORMAL) -> None:
        """End the process: what it stands for has ended."""
        self.runtime.call_soon(partial(self._end, reason))

    def why(self, end: ProcessExit) -> str:
        """What to tell who waited for a job that `end` ended."""
        if self.runtime.stopping:
            return "the node was stopped"
        return f"the process that stands for the caller was ended ({end.reason!r}); the next call gets a new one"

    def _start(self, job: Job, patience: int) -> None:
        if job.begun:
            return None
        if job.given_up:  # what it stands for may have ended since, and would leave a new process behind
            job.begun = True
            return job.run()
        process = self.process
        if process is None or process.waiting is not _IDLE:
            # A job that was just given up ends in a moment. One that refuses to is left its process.
            if process is not None and process.doom is None and patience:
                return self.runtime.call_soon(partial(self._start, job, patience - 1))
            process = self.process = self.runtime.new_process(_nothing)
            process.trap_exit = True
        self._job = job
        job.begun = True
        process.body = partial(self._body, job)
        process.waiting = None
        self.runtime.ready.append(process)

    def _body(self, job: Job, process: Process) -> None:
        job.run()
        if process.doom is not None or process is not self.process:
            self.runtime.end(process, NORMAL)
        else:
            process.waiting, process.body, self._job = _IDLE, _nothing, None  # the job may hold a large result

    def _interrupt(self, job: Job) -> None:
        job.given_up = True
        process = self.process
        if job is not self._job or process is None or process.fiber is None:
            return
        if process.waiting is not None:
            process.resume_with_error(Interrupted())
        else:  # it has just been resumed, and stands in the run queue
            process.error = Interrupted()

    def _end(self, reason: object) -> None:
        process = self.process
        if process is None or process.doom is not None:
            return
        if process.fiber is None:
            self.runtime.end(process, reason)
            return
        process.doom = (reason,)  # whatever it runs ends first, or its stack would be left behind
        if process.waiting is not None:
            process.resume_with_error(ProcessExit(reason))
