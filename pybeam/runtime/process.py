"""One process: a mailbox, a body to run, and at most one thing that it waits for.

A process is an object of a few hundred bytes; it borrows a stack only while it runs or waits in
the middle of something. Here is what a process does to *itself*; what others do to it is the
scheduler's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any

from ..errors import ReceiveTimeout
from ..terms import Pid, Ref
from .answers import unseal
from .far import Far, FarMonitor
from .ports import Expired, Target
from .signals import Call, From, ProcessExit, Sealed

if TYPE_CHECKING:
    from .scheduler import Runtime
    from .switch import Fiber

Body = Callable[["Process"], None]

MAIL = object()
"""What a process waits for that waits for any message."""

MAX_REFUSALS = 16


class Process:
    """One process of one node. Users meet its `Pid`.

    Attributes:
        number: its number on this node.
        body: what a fiber runs for it; it returns when there is nothing more to do for now.
        behaviour: the object that its messages go to, for a server.
        mailbox: messages not yet taken; None when there are none and never a wait for one.
        waiting: what it waits for: `MAIL`, the number of a call, the process that it starts, a
            token of `suspend`; None when it waits for nothing.
        value: what it was resumed with.
        error: what is to be raised when it runs again.
        doom: set to a one-tuple of the reason once it must end.
        deferred: calls that it owes an answer, each by itself.
        links: the processes of this node linked to it.
        watchers: who of this node monitors it, and as what, by the monitor's number.
        monitors: whom it monitors, by the monitor's number.
        far: its ties with processes of other nodes.
        calling: whom it has called last; it waits for the answer while `waiting` is a number.
        turns: how often it has run.
    """

    __slots__ = (
        "_pid",
        "armed",
        "behaviour",
        "body",
        "calling",
        "deadline",
        "deferred",
        "doom",
        "error",
        "far",
        "fiber",
        "links",
        "mailbox",
        "monitors",
        "name",
        "number",
        "parent",
        "refusals",
        "runtime",
        "trap_exit",
        "turns",
        "value",
        "waiting",
        "watchers",
    )

    def __init__(self, runtime: Runtime, number: int, body: Body, behaviour: Any = None) -> None:
        self.runtime = runtime
        self.number = number
        self.body = body
        self.behaviour = behaviour
        self.mailbox: deque[object] | None = None
        self.waiting: object | None = None
        self.value: object = None
        self.error: BaseException | None = None
        self.fiber: Fiber | None = None
        self.doom: tuple[object] | None = None
        self.deadline = inf
        self.armed = inf
        self.trap_exit = False
        self.refusals = 0
        self.name: str | None = None
        self.parent: Pid | None = None
        self.deferred: dict[From, From] | None = None
        self.links: set[Process] | None = None
        self.watchers: dict[int, tuple[Process, Ref, object]] | None = None
        self.monitors: dict[int, Process | FarMonitor] | None = None
        self.far: Far | None = None
        self.calling: Process | Target | None = None
        self.turns = 0
        self._pid: Pid | None = None

    def __repr__(self) -> str:
        return f"<process {self.pid!r}{f' {self.name}' if self.name else ''}>"

    @property
    def pid(self) -> Pid:
        # Made on demand: a million idle servers need no pid object each.
        pid = self._pid
        if pid is None:
            runtime = self.runtime
            pid = self._pid = Pid(runtime.name, runtime.creation, self.number)
        return pid

    def forget_pid(self) -> None:
        """Make the pid anew at its next use: the node has got its name."""
        self._pid = None

    def wait(self, key: object, deadline: float = inf) -> object:
        """Park until somebody resumes this process for `key`. Only from inside the process.

        Args:
            key: what it waits for; whoever resumes it compares with this.
            deadline: a moment of the runtime's clock.

        Returns:
            The value it was resumed with.

        Raises:
            Expired: the deadline came first.
            ProcessExit: it was ended meanwhile.
            BaseException: what it was resumed with as an error.
        """
        if self.doom is not None:
            self._leave()
        self.waiting = key
        self.deadline = deadline
        runtime = self.runtime
        try:
            if deadline < self.armed:
                runtime.timers.arm(self)
            runtime.fibers.give_way()
        except BaseException:  # the stack's end, say: what runs and still seems to wait would be resumed
            self.waiting = None
            self.deadline = inf
            raise
        self.deadline = inf
        if self.error is not None:
            self.raise_error()
        value = self.value
        self.value = None
        return value

    def raise_error(self) -> None:
        """Raise what it was resumed with as an error, if it was. Only from inside the process."""
        error, self.error = self.error, None
        try:
            if error is not None:
                raise error
        finally:
            del error  # or it and this frame would keep each other alive, and all that the caller holds

    def resume(self, value: object) -> None:
        """Make a waiting process run on with `value`."""
        self.waiting = None
        self.value = value
        self.runtime.ready.append(self)

    def resume_with_error(self, error: BaseException) -> None:
        """Make a waiting process run on by raising `error` where it waits."""
        self.waiting = None
        self.error = error
        self.runtime.ready.append(self)

    def expire(self) -> None:
        if self.waiting is not None and self.fiber is not None:
            self.resume_with_error(Expired())

    def _leave(self) -> None:
        # A body may catch ProcessExit and wait again, for ever. It is asked a few times;
        # then its stack is left behind for good, so that one refusal does not hang the node.
        assert self.doom is not None
        self.refusals += 1
        if self.refusals > MAX_REFUSALS:
            self.runtime.abandon(self)
        raise ProcessExit(self.doom[0])

    def receive(self, match: Callable[[Any], object] | None = None, deadline: float = inf) -> object:
        """Take the first message for which `match` holds, waiting for it until `deadline`.

        Raises:
            ReceiveTimeout: none came.
        """
        seen = 0
        while True:
            box = self.mailbox
            while box and seen < len(box):
                message = box[seen]
                if message.__class__ is Sealed:
                    opened = unseal(self.runtime, message)
                    if opened is None:
                        del box[seen]
                        continue
                    message = box[seen] = opened[0]
                if match is None or match(message):
                    del box[seen]
                    if message.__class__ is Call:
                        self.owe(message.from_)
                    return message
                seen += 1
            try:
                self.wait(MAIL, deadline)
            except Expired:
                raise ReceiveTimeout("no matching message came in time") from None

    def owe(self, from_: From) -> None:
        """This process owes the answer to a call: should it end before, the caller hears of it."""
        if not from_.answered and from_.server is None:
            from_.server = self
            if self.deferred is None:
                self.deferred = {from_: from_}
            else:
                self.deferred[from_] = from_  # in place of an equal one, if the call was forwarded and has come back

    def suspend(self, start: Callable[[Callable[[object], None]], object], deadline: float = inf) -> object:
        """See `runtime.ports.Arrivals.suspend`."""
        token = object()
        early: list[object] = []
        parked = False

        def resume(value: object) -> None:
            if not parked:
                early.append(value)
            elif self.waiting is token:
                self.resume(value)

        start(resume)
        if early:
            return early[0]
        parked = True
        return self.wait(token, deadline)

    def monitor(self, target: Process | None, who: object) -> Ref:
        """Monitor `target`, which DOWN will call `who`; when it is None (no such process) DOWN comes at once."""
        runtime = self.runtime
        runtime._refs = number = runtime._refs + 1
        ref = Ref(runtime.name, runtime.creation, number)
        if target is None:
            runtime.deliver(self, ("DOWN", ref, "process", who, "noproc"))
            return ref
        if target.watchers is None:
            target.watchers = {}
        if self.monitors is None:
            self.monitors = {}
        target.watchers[number] = self, ref, who
        self.monitors[number] = target
        return ref

    def demonitor(self, ref: Ref, flush: bool = False) -> bool:
        """Take a monitor back, with `flush` also a DOWN that has come by it already; whether it was there."""
        runtime = self.runtime
        target = (self.monitors or {}).pop(ref.number, None) if ref.creation == runtime.creation else None
        if isinstance(target, FarMonitor):
            runtime.ties.demonitor(self, ref.number, target)
        elif target is not None and target.watchers is not None:
            target.watchers.pop(ref.number, None)
        if flush and target is None and self.mailbox:
            kept = [message for message in self.mailbox if not _is_down(message, ref)]
            self.mailbox.clear()
            self.mailbox.extend(kept)
        return target is not None

    def link(self, other: Process) -> None:
        if other is self:
            return
        if self.links is None:
            self.links = set()
        if other.links is None:
            other.links = set()
        self.links.add(other)
        other.links.add(self)

    def unlink(self, other: Process) -> None:
        for one, two in ((self, other), (other, self)):
            if one.links is not None:
                one.links.discard(two)


def over(process: Process) -> None:
    """The body of one that was ended while it stood in the run queue."""


def _is_down(message: object, ref: Ref) -> bool:
    # Classes first: what is not ours may compare as it likes, an array with an array of answers.
    if not isinstance(message, tuple) or len(message) != 5:
        return False
    return isinstance(message[0], str) and message[0] == "DOWN" and isinstance(message[1], Ref) and message[1] == ref
