"""Looks at the scheduler from a thread of its own: who keeps it too long, whose mailbox grows and grows.

It costs the scheduler nothing that could be measured: it samples a few times a second while there is
work, and sleeps while there is none.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from math import inf
from types import FrameType

from .limits import Lengths, Limits
from .process import Process
from .scheduler import Runtime

log = logging.getLogger("pybeam.watchdog")

SCAN_EVERY = 1.0
"""Seconds between two looks at all mailboxes."""

SCAN_SHARE = 100
"""A look that takes a second, at millions of processes, is followed by so many without one."""

SHORTEST = 0.01
"""Seconds between two looks at the scheduler, at least."""

MAX_FRAMES = 30
"""Innermost frames of a stack that are logged."""


class Watchdog:
    """The thread that watches one scheduler.

    Args:
        scheduler: the identity of the thread that runs `runtime`.
    """

    def __init__(self, runtime: Runtime, limits: Limits, scheduler: int) -> None:
        self._runtime, self._limits, self._scheduler = runtime, limits, scheduler
        self._lengths = Lengths(limits.mailbox)
        self._scan_at = 0.0
        self._scanned = -1
        self._stopped = threading.Event()
        self._bell = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch, unless there is no limit to watch for."""
        if min(self._limits.schedule, self._limits.mailbox) < inf:
            self._thread = threading.Thread(target=self._watch, name="pybeam watchdog", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(1.0)

    def _watch(self) -> None:
        runtime, limit = self._runtime, self._limits.schedule
        period = min(max(limit / 2, SHORTEST), SCAN_EVERY)
        rounds, since, told = -1, runtime.now(), False
        while not self._stopped.is_set():
            if runtime.rounds != rounds:
                rounds, since, told = runtime.rounds, runtime.now(), False
            elif runtime.sleeping:
                if self._has_scanned():
                    self._rest(rounds)
                    continue
            elif not told and runtime.now() - since >= limit:
                told = True
                self._tell_who_keeps_it()
            self._scan()
            self._stopped.wait(period)

    def _rest(self, rounds: int) -> None:
        """Wait until the scheduler has something to do."""
        runtime = self._runtime
        self._bell.clear()
        runtime.rouse = self._bell.set
        # It may have begun just now, before it could see that it is to say so.
        if runtime.sleeping and runtime.rounds == rounds and not self._stopped.is_set():
            self._bell.wait()
        runtime.rouse = None

    def _tell_who_keeps_it(self) -> None:
        frame = sys._current_frames().get(self._scheduler)
        holder = next((process for process in self._processes() if _runs(process)), None)
        who = "the scheduler itself" if holder is None else repr(holder)
        log.warning(
            "%s has kept the scheduler for more than %g s, and all other processes of this node wait; "
            "work like that is for process.blocking:\n%s",
            who,
            self._limits.schedule,
            _stack(frame),
        )

    def _has_scanned(self) -> bool:
        return self._scanned == self._runtime.rounds or self._limits.mailbox == inf

    def _scan(self) -> None:
        now = self._runtime.now
        begin = now()
        if begin < self._scan_at or self._has_scanned():
            return
        self._scanned = self._runtime.rounds
        half = self._limits.mailbox / 2
        long = {process.number: process for process in self._processes() if len(process.mailbox or ()) >= half}
        for number in self._lengths.news([(number, len(process.mailbox or ())) for number, process in long.items()]):
            self._tell_whose_mailbox(long[number])
        end = now()
        self._scan_at = end + max(SCAN_EVERY, SCAN_SHARE * (end - begin))

    def _tell_whose_mailbox(self, process: Process) -> None:
        log.warning(
            "%d messages wait in the mailbox of %r: they come faster than it takes them",
            len(process.mailbox or ()),
            process,
        )

    def _processes(self) -> list[Process]:
        return list(self._runtime.processes.values())  # in one step, as the scheduler goes on meanwhile


def _runs(process: Process) -> bool:
    # A fiber that runs has no frame to show; one that waits has.
    fiber = process.fiber
    return fiber is not None and process.waiting is None and bool(fiber) and fiber.gr_frame is None


def _stack(frame: FrameType | None) -> str:
    """The stack of a process, outermost frame first, without what runs the process."""
    frames = [] if frame is None else list(traceback.walk_stack(frame))
    summary = traceback.StackSummary.extract(iter(frames[:MAX_FRAMES]), lookup_lines=False)
    summary.reverse()
    return "".join(summary.format()).rstrip("\n") or "(its stack cannot be had)"
