"""The processes of one node, and the one thread that runs them.

A turn runs every process that can run, for about two milliseconds at most; between turns the
network is flushed, and then waited for. All of a node's state hangs here. Except `call_soon`,
nothing may be called from another thread.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from typing import Any

from ..clock import Clock
from ..errors import NORMAL, SHUTDOWN, Crash, ServerDied
from ..terms import Pid
from .answers import fail, unseal
from .companion import Companion
from .deadlocks import Deadlocks
from .pool import Workers
from .ports import Network
from .process import MAIL, Body, Process, over
from .promises import Promises
from .receipts import Receipts
from .registry import Names
from .reports import crash_report
from .signals import Effect, ProcessExit, Sealed, effect_of_exit, open_call
from .switch import Fibers, current
from .ties import Ties
from .timers import Alarm, Timers

log = logging.getLogger("pybeam.runtime")

SLICE = 0.002
"""Seconds of running before the network gets its turn."""

MESSAGES_A_SLICE = 64


class Runtime:
    """The processes, names, timers and run queue of one node."""

    def __init__(self, name: str, creation: int, clock: Clock, network: Network) -> None:
        self.name = name
        self.creation = creation
        self.network = network
        self.now = clock.now
        self.timers = Timers()
        self.fibers = Fibers(clock.now, self._take_ends)
        self.ready = self.fibers.ready
        self.processes: dict[int, Process] = {}
        self.names = Names()
        self.watchers: dict[Process, int] = {}
        self.alarms: dict[int, Alarm] = {}
        self.stopping = False
        self.ties = Ties(self)
        self.deadlocks = Deadlocks(self)
        self.promises = Promises()
        self.receipts = Receipts(self)
        self._numbers = self._refs = 0
        self._inbox: deque[Callable[[], None]] = deque()
        self._ending = self.fibers.ending
        self._is_taking_ends = False
        self.sleeping = False
        self.rounds = 0
        self.rouse: Callable[[], None] | None = None
        self.workers = Workers()
        self.companion = Companion()
        self.server_body: Body = self.serve  # one for all: a bound method each took 64 bytes, and the collector's time

    # ------------------------------------------------------------------ the loop

    def run(self) -> None:
        """Run until `stopping` is set (and `network.wake` called)."""
        self.fibers.enter()
        while True:  # a condition here would keep Python 3.11 from making the loop fast
            if self.stopping:
                return
            self.turn()
            self.network.flush()
            self.sleeping = True
            timeout = self.idle_for()
            self.network.pump(timeout)
            self.sleeping = False
            self.rounds += 1
            if (rouse := self.rouse) is not None:  # the watchdog's thread sets it
                rouse()

    def idle_for(self) -> float | None:
        """Seconds that the network may wait: 0 when there is work, None for ever."""
        if self.ready or self._inbox or self.stopping:
            return 0.0
        until = self.timers.next()
        return None if until == inf else max(0.0, until - self.now())

    def turn(self) -> None:
        """Run what can run now: other threads' requests, due timers, then the run queue."""
        if self._inbox:
            self._take_inbox()
        now, ready = self.now, self.ready
        start = now()
        self.timers.expire_until(start)
        end = start + SLICE
        while ready:
            self.fibers.run_ready(end)
            if self._ending:
                self._take_ends()
            if ready and now() > end:
                return

    def _take_inbox(self) -> None:
        for _ in range(len(self._inbox)):
            self.guard(self._inbox.popleft())

    def call_soon(self, act: Callable[[], None]) -> None:
        self._inbox.append(act)
        if self.sleeping:
            self.network.wake()

    def call_next(self, act: Callable[[], None]) -> None:
        """As `call_soon`, but wakes nobody, so it takes no lock: from inside a garbage collection, too."""
        self._inbox.append(act)

    def after(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        """See `ports.Arrivals.after`."""
        alarm = Alarm(self.now() + max(0.0, seconds), lambda: self.guard(act))
        self.timers.arm(alarm)
        return alarm.cancel

    def guard(self, act: Callable[[], None]) -> None:
        """Do something that must not end the scheduler, whatever it raises."""
        try:
            act()
        except BaseException:
            self._tell_of_failure()

    def _tell_of_failure(self) -> None:
        with suppress(BaseException):  # a log handler of the program's own may raise as well
            log.exception("a task of the runtime failed")

    def attach(self, name: str, network: Network) -> None:
        """Give the runtime of a nameless node its name and its network."""
        self.name = name
        self.network = network
        for process in self.processes.values():
            process.forget_pid()

    # ------------------------------------------------------------------ processes

    def pid_of(self, number: int) -> Pid:
        """The pid of this node's process `number`, whether it lives or not."""
        return Pid(self.name, self.creation, number)

    def next_ref(self) -> int:
        self._refs += 1
        return self._refs

    def new_process(self, body: Body, behaviour: Any = None) -> Process:
        """A process that stands in the tables but is not yet run."""
        self._numbers = number = self._numbers + 1
        process = self.processes[number] = Process(self, number, body, behaviour)
        return process

    def spawn(self, fun: Callable[..., object], *args: Any, link: Process | None = None) -> Process:
        """Start a process that runs `fun(*args)` and ends with it."""
        process = self.new_process(partial(self._live, fun, args))
        if link is not None:
            process.link(link)
            process.parent = link.pid
        self.ready.append(process)
        return process

    def _live(self, fun: Callable[..., object], args: tuple[Any, ...], process: Process) -> None:
        """The body of a process of `spawn`."""
        reason: object = NORMAL
        try:
            if process.doom is None:
                fun(*args)
        except ProcessExit as stop:
            reason = stop.reason
        except BaseException as error:
            reason = Crash.of(error)
        self._ending.append((process, reason, None))  # and whoever runs bodies takes it from here

    def serve(self, process: Process) -> None:
        """The body of a server: give its messages to its behaviour, then give the stack back."""
        behaviour = process.behaviour
        if behaviour is None:
            return  # it was ended while it stood in the run queue
        message: object = None
        left = MESSAGES_A_SLICE
        try:
            while left:
                if process.doom is not None:
                    raise ProcessExit(process.doom[0])
                box = process.mailbox
                if not box:
                    process.mailbox = None
                    process.waiting = MAIL
                    return
                left -= 1
                message = box.popleft()
                if message.__class__ is Sealed and not behaviour.takes_sealed:
                    opened = unseal(self, message)
                    if opened is None:
                        continue
                    message = opened[0]
                behaviour.react(message)
                message = None
            self.ready.append(process)
        except ProcessExit as stop:
            self.end(process, stop.reason, message)
        except BaseException as error:
            self.end(process, Crash.of(error), message)

    def end(self, process: Process, reason: object, message: object = None) -> None:
        """Take an ended process out of every table and tell those who asked to be told.

        Args:
            message: what it was working on, if anything: a call gets its failure.
        """
        self._ending.append((process, reason, message))
        self.take_ends()

    def take_ends(self) -> None:
        """Carry out the ends that are due; while a process runs they are carried out behind it."""
        if self._ending and current() is None:
            self._take_ends()

    def _take_ends(self) -> None:
        """Carry out the ends that are due. Only outside any process: on the hub, or on a stack just given back.

        On the stack of whoever brings an end about, a deep one would break off halfway. One end
        brings about the next along a link: in a row and not nested, or a chain of a few hundred
        linked servers would reach the recursion limit.
        """
        if self._is_taking_ends:
            return
        self._is_taking_ends = True
        while self._ending:
            try:
                self._end(*self._ending.popleft())
            except BaseException:
                self._tell_of_failure()
        self._is_taking_ends = False

    def _await_ends(self) -> None:
        """Have the ends that are due carried out before the caller goes on, wherever it runs."""
        me = current()
        if me is None:
            self._take_ends()
        else:
            self.ready.appendleft(me)
            self.fibers.give_way()
            me.raise_error()  # it may have been interrupted meanwhile

    def _end(self, process: Process, reason: object, message: object) -> None:
        if self.processes.pop(process.number, None) is None:
            return
        if process.name is not None:
            self.names.drop(process)
        if self.watchers:
            self.watchers.pop(process, None)
        if process.doom is not None:
            reason = process.doom[0]  # whatever it made of the signal that ended it
        elif isinstance(reason, Crash):
            self.guard(partial(self._report, process, message, reason))
        process.doom = (reason,)
        process.deadline = inf
        process.waiting = process.calling = None
        if message is not None or process.mailbox or process.deferred:
            self.guard(partial(self._fail_open_calls, process, reason, message))
        process.mailbox = process.behaviour = None
        process.body = over  # what it was given may be large, and a deadline may keep it for long
        self.ties.end(process, reason)

    def _report(self, process: Process, message: object, crash: Crash) -> None:
        log.error("%s", crash_report(process, message, crash))

    def _fail_open_calls(self, process: Process, reason: object, message: object) -> None:
        waiting = [message, *(process.mailbox or ())]
        calls = [call for call in map(open_call, waiting) if call is not None]
        calls += sorted((process.deferred or {}).values(), key=lambda call: call.ref)
        process.deferred = None
        for from_ in calls:
            self.guard(partial(fail, self, from_, ServerDied(reason)))

    def abandon(self, process: Process) -> None:
        """Leave a process that refuses to end behind, for good."""
        log.error("%r refused to end; its stack is left behind", process)
        assert process.doom is not None
        self.end(process, process.doom[0])
        while True:
            self.fibers.give_way()

    def deliver(self, process: Process, message: object) -> None:
        """Put a message in a mailbox, and wake the process if that is what it waits for."""
        box = process.mailbox
        if box is None:
            process.mailbox = deque((message,))
        else:
            box.append(message)
        if process.waiting is MAIL:
            process.waiting = None
            self.ready.append(process)

    def exit_signal(self, target: Process, sender: Pid, reason: object, *, by_exit: bool = False) -> None:
        """Give `target` an exit signal; if that ends it, and it does not run, it has ended."""
        self.give_exit(target, sender, reason, by_exit=by_exit)
        if self._ending:
            self._await_ends()

    def give_exit(self, target: Process, sender: Pid, reason: object, *, by_exit: bool = False) -> None:
        """Give `target` an exit signal, without waiting for what follows from it; see `take_ends`."""
        if target.number not in self.processes:
            return
        to_self = sender.number == target.number and sender.creation == self.creation
        effect, seen = effect_of_exit(reason, trapping=target.trap_exit, sent_by_exit=by_exit, to_self=to_self)
        if effect is Effect.MESSAGE:
            self.deliver(target, ("EXIT", sender, seen))
        elif effect is Effect.DIE and target.doom is None:
            target.doom = (seen,)
            if target.waiting is None:
                return  # it runs, or is about to, and will find its doom
            if target.fiber is not None:
                target.resume_with_error(ProcessExit(seen))
                return
            target.waiting = None
            self._ending.append((target, seen, None))

    def find(self, process: int | str) -> Process | None:
        """A live process by its number or its registered name."""
        if isinstance(process, str):
            return self.names.get(process)
        return self.processes.get(process)

    # ------------------------------------------------------------------ the end

    def shut_down(self) -> None:
        """End every process, newest first."""
        self.workers.forget()
        for process in reversed(list(self.processes.values())):
            self.exit_signal(process, self.pid_of(0), "kill", by_exit=True)
        for process in reversed(list(self.processes.values())):
            if process.fiber is None:
                self.end(process, SHUTDOWN)
