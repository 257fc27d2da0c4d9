"""Give up control and take it back: the only file that knows greenlets.

A fiber is a borrowed stack. A process takes one when it has something to run and keeps it only
while it waits in the middle of something; an idle server has none. Whatever runs inside a fiber
returns to the *hub*, the greenlet that runs the scheduler's loop, and to nothing else.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from greenlet import getcurrent, greenlet

if TYPE_CHECKING:
    from .process import Process

log = logging.getLogger("pybeam.runtime")

MAX_SPARE_FIBERS = 1024


class Fiber(greenlet):
    """A stack that runs the body of one process after another."""

    process: Process | None = None


class Fibers:
    """The fibers of one scheduler: those in use are held by their processes, the others here."""

    __slots__ = ("hub", "spare")

    def __init__(self) -> None:
        self.hub: greenlet = getcurrent()
        self.spare: list[Fiber] = []

    def enter(self) -> None:
        """Make the greenlet that runs now the hub: called by the thread that is to run the turns."""
        self.hub = getcurrent()

    def run(self, process: Process) -> None:
        """Run `process` until it waits or has nothing more to do."""
        fiber = process.fiber
        if fiber is None:
            fiber = self.spare.pop() if self.spare else Fiber(self._work, self.hub)
            process.fiber = fiber
            fiber.process = process
        process.turns += 1
        fiber.switch()

    def park(self) -> None:
        """Leave the running fiber until its process is run again."""
        self.hub.switch()

    def retire(self) -> None:
        """Let the spare fibers end; called by the thread that ran them, which will run none again.

        One that is left in its middle when its thread ends is never freed.
        """
        while self.spare:
            self.spare.pop().switch()

    def _work(self) -> None:
        fiber = getcurrent()
        assert isinstance(fiber, Fiber)
        while (process := fiber.process) is not None:
            try:
                process.body(process)
            except BaseException:  # a body sees to its own errors; this one must not end the scheduler
                log.critical("the body of %r failed", process, exc_info=True)
            process.fiber = fiber.process = None
            del process
            if len(self.spare) >= MAX_SPARE_FIBERS:
                return
            self.spare.append(fiber)
            self.hub.switch()


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
