"""Where signals from other nodes enter the runtime: `ports.Arrivals`, for the network."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from ..errors import NoProcess
from ..terms import Pid
from .answers import fail as fail_call
from .ports import Kind, Parcel, Target
from .scheduler import Runtime
from .signals import From, Sealed, SealedError
from .switch import current

SEND, CAST, CALL = Kind.SEND, Kind.CAST, Kind.CALL


class Gateway:
    """Hands arriving signals to the processes of one runtime. See `ports.Arrivals`."""

    __slots__ = ("_names", "_processes", "_ready", "_runtime", "after", "call_soon", "now")

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._processes = runtime.processes
        self._names = runtime.names
        self._ready = runtime.ready
        self.now = runtime.now
        self.after = runtime.after
        self.call_soon = runtime.call_soon

    def arrive(self, kind: Kind, process: int | str, ref: int, sender: Pid, body: Parcel) -> None:
        target = self._processes.get(process) if isinstance(process, int) else self._names.get(process)
        if kind is CALL:
            from_ = From(sender, ref)
            if target is None:
                here = self._runtime
                who = (process, here.name) if isinstance(process, str) else here.pid_of(process)
                fail_call(here, from_, NoProcess(who))
            else:
                if target.waiting.__class__ is int:
                    self._runtime.deadlocks.suspect(sender, ref, target)
                self._runtime.deliver(target, Sealed(body, from_))
        elif kind is SEND or kind is CAST:
            if target is not None:
                self._runtime.deliver(target, Sealed(body, None, kind is CAST))
        elif kind > Kind.RESULT:
            self._runtime.deadlocks.arrive(kind, target, ref, body)
        else:
            self._runtime.ties.arrive(kind, target, process, ref, sender, body)

    def missing(self, kind: Kind, process: int, ref: int, target: Target) -> None:
        self._runtime.ties.missing(kind, process, ref, target)

    def lost(self, node: str) -> None:
        self._runtime.ties.lost(node)

    def reply(self, process: int, ref: int, body: Parcel) -> None:
        caller = self._processes.get(process)
        if caller is not None and caller.waiting == ref:
            caller.waiting = None  # `caller.resume(body)`
            caller.value = body
            self._ready.append(caller)
        else:
            self._runtime.promises.settle(ref, body)

    def fail(self, process: int, ref: int, body: Parcel | BaseException) -> None:
        caller = self._processes.get(process)
        error = body if isinstance(body, BaseException) else SealedError(body)
        if caller is not None and caller.waiting == ref:
            caller.resume_with_error(error)
        else:
            self._runtime.promises.settle(ref, None, error)

    def announce(self, event: str, node: str) -> None:
        for process in list(self._runtime.watchers):
            self._runtime.deliver(process, (event, node))

    def suspend(self, start: Callable[[Callable[[object], None]], object], deadline: float = inf) -> object:
        process = current()
        assert process is not None, "only a process can be suspended"
        return process.suspend(start, deadline)
