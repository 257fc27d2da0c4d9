"""Give up control and take it back: the only file that knows greenlets.

A fiber is a borrowed stack. A process takes one when it has something to run and keeps it only
while it waits in the middle of something; an idle server has none. Who waits hands control to the
fiber of the next in the run queue, and where there is none, or the time is up, or no spare fiber is left,
to the *hub*: the greenlet that runs the scheduler's loop.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from greenlet import getcurrent, greenlet

if TYPE_CHECKING:
    from .process import Process

log = logging.getLogger("pybeam.runtime")

MAX_SPARE_FIBERS = 1024


class Fiber(greenlet):
    """A stack that runs the body of one process after another."""

    __slots__ = ("process",)

    process: Process | None


class Fibers:
    """The run queue of one scheduler, and its fibers: those in use are held by their processes, the others here.

    Attributes:
        ready: who is to run, in this order.
        ending: who has ended, and what follows from it is still to be done.
        until: when the hub is to have its turn, on the clock `now`.
    """

    __slots__ = ("_take_ends", "ending", "hub", "now", "ready", "spare", "until")

    def __init__(self, now: Callable[[], float], take_ends: Callable[[], None]) -> None:
        self.hub: greenlet = getcurrent()
        self.spare: list[Fiber] = []
        self.ready: deque[Process] = deque()
        self.ending: deque[tuple[Process, object, object]] = deque()
        self.now = now
        self.until = -inf
        self._take_ends = take_ends

    def enter(self) -> None:
        """Make the greenlet that runs now the hub: called by the thread that is to run the turns."""
        self.hub = getcurrent()

    def run_ready(self, until: float) -> None:
        """Run those who are ready, one at least, until the time is up or the hub has something to do. On the hub."""
        self.until = until
        if not self.spare:
            self.spare.append(self._made())
        self._run_next()

    def give_way(self) -> None:
        """Let the next process run, or else the hub; return when whoever called this is run again.

        From stack to stack: by way of the hub each process would cost twice the switches.
        """
        now = self.now
        if self.ready and self.spare and not self.ending and now() <= self.until:
            self._run_next()
        else:
            self.hub.switch()

    def _run_next(self) -> None:
        process = self.ready.popleft()
        fiber = process.fiber
        if fiber is None:
            fiber = process.fiber = self.spare.pop()
            fiber.process = process
        process.turns += 1
        del process  # this frame stays where it is until its own stack runs again: it kept the dead alive
        fiber.switch()

    def retire(self) -> None:
        """Let the spare fibers end, and the hub go; called by the thread that ran them, which will run none again.

        One that is left in its middle when its thread ends is never freed.
        """
        while self.spare:
            self.spare.pop().switch()
        # When its thread has ended, greenlet looks for who holds the hub. It sees nothing that is frozen, takes the
        # one reference for a leak, and drops it for whoever has it: the next collection ran into freed memory.
        del self.hub

    def _made(self) -> Fiber:
        # Begun here, on the hub: a stack that begins on a process's own is left with what that one has left. One
        # that was made here and begun there had room for half a call, and with it the scheduler ended.
        fiber = Fiber(self._work, self.hub)
        fiber.process = None
        fiber.switch()
        return fiber

    def _work(self) -> None:
        fiber = getcurrent()
        assert isinstance(fiber, Fiber)
        self.hub.switch()
        while True:
            process = fiber.process  # in the loop's condition it would keep Python 3.11 from making the loop fast
            if process is None:
                break
            try:
                process.body(process)
            except BaseException:  # a body sees to its own errors; this one must not end the scheduler
                log.critical("the body of %r failed", process, exc_info=True)
            process.fiber = fiber.process = None
            del process
            if self.ending:  # here, on a stack that is bare again and nobody's, it is as good as on the hub
                self._take_ends()
            if len(self.spare) >= MAX_SPARE_FIBERS:
                break
            self.spare.append(fiber)
            self.give_way()
        del fiber  # or an error that somebody keeps would hold, by this frame, the fiber, and by that the hub


def current() -> Process | None:
    """The process that runs now in this thread; None outside any."""
    try:
        return getcurrent().process  # type: ignore[attr-defined,no-any-return]  # a plain greenlet has none
    except AttributeError:
        return None


def running() -> Process:
    """`current`, for code that only a process runs."""
    process = current()
    assert process is not None, "only inside a process"
    return process
