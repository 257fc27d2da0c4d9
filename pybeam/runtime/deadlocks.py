"""Calls that can never be answered, since each of some processes waits for the next, all around.

Who closes such a cycle finds the process that it calls waiting for an answer itself: that alone is
looked into, so a call to anybody else costs nothing. On one node the cycle is seen at once, and the
call that would close it fails. Where the way leads to other nodes, `CHECK_AFTER` seconds later a
probe follows it from node to node, unless it has been answered by then.

A call that its server has deferred (`NoReply`) waits for no one's attention: anybody may answer
it. A cycle with such a call in it is not told, nor one that goes through `rpc`. A timeout that breaks
a cycle while the news of it travels comes too late.

Between nodes an answer may be on its way. So each server on the way of a probe is asked whether it
really owes the answer: has the request in its mailbox or in hand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from ..errors import DeadlockError, text_of
from ..terms import Pid
from .ports import Kind, Parcel, Target
from .process import Process
from .signals import From, open_call
from .waits import Away, Cycle, Wait, chase, victim

if TYPE_CHECKING:
    from .scheduler import Runtime

log = logging.getLogger("pybeam.runtime")

Owes = Callable[[Process, Wait], bool]

CHECK_AFTER = 0.1
"""Seconds that a call waits before it is asked whether it waits for itself."""

LONGEST = 10_000
"""Processes on the way of a probe."""


class Deadlocks:
    """Finds the deadlocks that processes of one node are in."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._checking: set[tuple[int, int]] = set()

    def refuse_cycle(self, me: Process, target: Process, ref: int, server: object) -> None:
        """`me` is about to wait for the answer of `target` to its call `ref`, and `target` waits itself.

        Raises:
            DeadlockError: for `me`, by way of others.
        """
        if self._is_being_checked(target):
            return
        mine = Wait(me.pid, ref, me.name)

        def look(place: Hashable, caller: Wait) -> tuple[Wait, Hashable] | None:
            if place is me:
                return (mine, target) if may_owe(me, caller) else None
            return _look(may_owe, place, caller)

        outcome = chase((mine,), target, look, _is_away)
        if isinstance(outcome, Cycle):
            raise DeadlockError(server, tuple(wait.who for wait in outcome.waits))
        if isinstance(outcome, Away):
            self._check_later(outcome.way[-1])

    def look_before_waiting(self, me: Process, target: Process | Target | None, ref: int, server: object) -> None:
        """`me` is about to wait for the answer to its call `ref`, which it has made some time ago.

        Raises:
            DeadlockError: as for `refuse_cycle`.
        """
        if isinstance(target, Target):
            self._check_later(Wait(me.pid, ref, me.name))
        elif target is not None and is_calling(target):
            self.refuse_cycle(me, target, ref, server)

    def suspect(self, caller: Pid, ref: int, target: Process) -> None:
        """The call `ref` of a process of another node has come to `target`, which waits itself."""
        if self._is_being_checked(target):
            return
        outcome = chase((Wait(caller, ref, None),), target, partial(_look, may_owe), _is_away)
        if isinstance(outcome, Away):
            self._check_later(outcome.way[-1])

    def _is_being_checked(self, target: Process) -> bool:
        # The way from it leaves this node at once, and will be followed: so it is for all who wait for it.
        return isinstance(target.calling, Target) and (target.number, _wait_of(target).ref) in self._checking

    def _check_later(self, wait: Wait) -> None:
        key = wait.pid.number, wait.ref
        if key not in self._checking:
            self._checking.add(key)
            self._runtime.after(CHECK_AFTER, lambda: self._check(wait))

    def _check(self, wait: Wait) -> None:
        self._checking.discard((wait.pid.number, wait.ref))
        process = self._runtime.processes.get(wait.pid.number)
        if process is not None and is_calling(process) and _wait_of(process).ref == wait.ref:
            self._go_on((_wait_of(process),), process.calling)

    def arrive(self, kind: Kind, target: Process | None, ref: int, body: Parcel) -> None:
        """A PROBE or DEADLOCK has come from another node."""
        waits = _opened(body)
        if target is None or not waits:
            return
        if kind is Kind.PROBE:
            self._go_on(waits, target)
        else:
            self._fail(target, ref, Cycle(waits))

    def _go_on(self, way: Sequence[Wait], place: Hashable) -> None:
        outcome = chase(way, place, partial(_look, owes), _is_away)
        if isinstance(outcome, Away) and len(outcome.way) <= LONGEST:
            last = outcome.way[-1]
            self._tell(Kind.PROBE, outcome.place, last.ref, outcome.way)
        elif isinstance(outcome, Cycle):
            self._tell_victim(outcome)

    def _tell_victim(self, cycle: Cycle) -> None:
        unlucky = victim(cycle)
        if unlucky.pid.creation != self._runtime.creation:
            pid = unlucky.pid
            self._tell(Kind.DEADLOCK, Target(pid.node, pid.creation, pid.number), unlucky.ref, cycle.waits)
        elif (process := self._runtime.processes.get(unlucky.pid.number)) is not None:
            self._fail(process, unlucky.ref, cycle)

    def _tell(self, kind: Kind, target: Hashable, ref: int, waits: tuple[Wait, ...]) -> None:
        assert isinstance(target, Target)
        number = next((wait.pid.number for wait in reversed(waits) if wait.pid.creation == self._runtime.creation), 0)
        self._runtime.network.tell(kind, target, ref, number, [tuple(wait) for wait in waits])

    def _fail(self, process: Process, ref: int, cycle: Cycle) -> None:
        if not is_calling(process) or _wait_of(process).ref != ref:
            return
        callee = process.calling
        server = callee.who if isinstance(callee, Target) else callee.pid if callee is not None else None
        process.resume_with_error(DeadlockError(server, tuple(wait.who for wait in _from(cycle, process.pid))))


def is_calling(process: Process) -> bool:
    """Whether a process waits for the answer to a call."""
    return process.waiting.__class__ is int


def _wait_of(process: Process) -> Wait:
    assert isinstance(process.waiting, int)
    return Wait(process.pid, abs(process.waiting), process.name)  # negative for the answer of a promise


def _look(owes: Owes, place: Hashable, caller: Wait) -> tuple[Wait, Hashable] | None:
    assert isinstance(place, Process)
    return (_wait_of(place), place.calling) if is_calling(place) and owes(place, caller) else None


def may_owe(process: Process, caller: Wait) -> bool:
    """Whether a process may have to answer a call of `caller` itself: quick, and wrong at times."""
    return process.deferred is None or From(caller.pid, caller.ref) not in process.deferred


def owes(process: Process, caller: Wait) -> bool:
    """Whether a process has a call of `caller` to answer in its mailbox or in hand."""
    call = From(caller.pid, caller.ref)
    in_hand = _in_hand(process)
    if in_hand == call:
        return in_hand is not None and not in_hand.answered and in_hand.server is not process
    return any(open_call(message) == call for message in process.mailbox or ())


def _in_hand(process: Process) -> From | None:
    """The call that a server works on. Its stack knows; to keep a note of it would slow every call down."""
    serve = process.runtime.serve.__func__.__code__  # type: ignore[attr-defined]  # a bound method has it
    frame: FrameType | None = process.fiber.gr_frame if process.fiber is not None else None
    while frame is not None:
        if frame.f_code is serve:
            return open_call(frame.f_locals["message"])
        frame = frame.f_back
    return None


def _is_away(place: Hashable) -> bool:
    return place.__class__ is not Process


def _from(cycle: Cycle, first: Pid) -> tuple[Wait, ...]:
    """The same cycle, told from one of its members on."""
    start = next((index for index, wait in enumerate(cycle.waits) if wait.pid == first), 0)
    return cycle.waits[start:] + cycle.waits[:start]


def _opened(body: Parcel) -> tuple[Wait, ...]:
    try:
        waits = tuple(Wait(*fields) for fields in body.open())  # type: ignore[attr-defined]  # it is tried
    except BaseException as error:
        log.warning("a probe that makes no sense: %s", text_of(error))
        return ()
    return waits if all(isinstance(wait.pid, Pid) and isinstance(wait.ref, int) for wait in waits) else ()
