"""The supervisor's own process: carries out what `otp.restart` plans.

A GenServer that traps exits. While it waits for a child to stop, other messages stay in its
mailbox in their order.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from ..errors import NOPROC, AlreadyStarted, Crash, ServerDied
from ..runtime.calls import cast
from ..runtime.process import Process
from ..runtime.signals import From, ProcessExit
from ..terms import Pid
from .child import ChildSpec, Type, require
from .directives import Fail, Stop
from .gen_server import GenServer
from .restart import Intensity, Strategy, is_orderly, plan, wants_restart
from .shutdown import shut_down

log = logging.getLogger("pybeam.supervisor")

AutoShutdown = Literal["never", "any_significant", "all_significant"]


@dataclass(frozen=True, slots=True)
class Flags:
    """How a supervisor treats its children as a whole. Fields: see `Supervisor.start_link`."""

    strategy: Strategy = "one_for_one"
    max_restarts: int = 3
    max_seconds: float = 5.0
    auto_shutdown: AutoShutdown = "never"

    def __post_init__(self) -> None:
        require(self.strategy, get_args(Strategy), "strategy")
        require(self.auto_shutdown, get_args(AutoShutdown), "auto_shutdown")
        if not isinstance(self.max_restarts, int) or self.max_restarts < 0:
            raise ValueError(f"max_restarts is an int from 0 on, not {self.max_restarts!r}")
        if not isinstance(self.max_seconds, (int, float)) or not self.max_seconds > 0:
            raise ValueError(f"max_seconds is a positive number of seconds, not {self.max_seconds!r}")

    def check(self, spec: ChildSpec) -> None:
        """Raise a `ValueError` if `spec` makes no sense under such a supervisor."""
        if spec.significant and self.auto_shutdown == "never":
            raise ValueError(f"child {spec.id!r} is significant, but its supervisor's auto_shutdown is 'never'")


class ChildInfo(NamedTuple):
    """One child, as `which_children` tells.

    Attributes:
        id: as in its spec.
        pid: None when it does not run; `"restarting"` when its restart failed and is
            about to be tried again.
        type: `"worker"` or `"supervisor"`.
    """

    id: object
    pid: Pid | Literal["restarting"] | None
    type: Type


class _Retry(NamedTuple):
    """Cast by the supervisor to itself, so that others are heard between two attempts."""

    id: object


class _Kid:
    """A child and where it stands."""

    __slots__ = ("pid", "restarting", "spec")

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self.pid: Pid | None = None
        self.restarting = False


class SupervisorServer(GenServer):
    """See `otp.supervisor`, which has what its users call."""

    def init(self, specs: list[ChildSpec], flags: Flags) -> None:
        self._process.trap_exit = True
        self._flags = flags
        self._intensity = Intensity(flags.max_restarts, flags.max_seconds)
        self._kids: dict[object, _Kid] = {}
        for spec in specs:
            kid = self._kids[spec.id] = _Kid(spec)
            error = self._start(kid)
            if error is not None:
                self._stop_all()
                error.add_note(f"Raised while {self._process!r} started its child {spec.id!r}.")
                raise error

    def terminate(self, reason: Any) -> None:
        self._stop_all()

    # ------------------------------------------------------------------ a child ends

    def handle_info(self, message: Any) -> Any:
        match message:
            case ("EXIT", pid, reason):
                kid = next((kid for kid in self._kids.values() if kid.pid == pid), None)
                return self._fallen(kid, reason) if kid is not None else None
        return super().handle_info(message)

    def handle_cast(self, message: Any) -> Any:
        kid = self._kids.get(message.id) if isinstance(message, _Retry) else None
        return self._restart(kid) if kid is not None and kid.restarting else None

    def _fallen(self, kid: _Kid, reason: object) -> Stop | None:
        kid.pid = None
        if not is_orderly(reason):
            log.warning("%r: child %r ended: %s", self._process, kid.spec.id, reason)
        if wants_restart(kid.spec.restart, reason):
            return self._restart(kid)
        self._drop_if_temporary(kid)
        return Stop("shutdown") if kid.spec.significant and self._enough_have_ended() else None

    def _enough_have_ended(self) -> bool:
        running = any(kid.pid is not None and kid.spec.significant for kid in self._kids.values())
        return self._flags.auto_shutdown == "any_significant" or not running

    def _restart(self, kid: _Kid) -> Stop | None:
        self._intensity = self._intensity.with_restart(self._process.runtime.now())
        if self._intensity.exceeded:
            log.error(
                "%r gives up: more than %s restarts in %s s; the last was of child %r",
                self._process,
                self._flags.max_restarts,
                self._flags.max_seconds,
                kid.spec.id,
            )
            return Stop("shutdown")
        todo = plan(self._flags.strategy, tuple(self._kids), kid.spec.id)
        for id in todo.stop:
            self._stop(self._kids[id])
        self._start_again([self._kids[id] for id in todo.start if id in self._kids])
        return None

    def _start_again(self, kids: list[_Kid]) -> None:
        for kid in kids:
            error = self._start(kid)
            if error is not None:
                log.error("%r: restart of child %r failed: %r", self._process, kid.spec.id, error)
                kid.restarting = True
                cast(self._process.pid, _Retry(kid.spec.id))
                return

    # ------------------------------------------------------------------ start and stop one

    def _start(self, kid: _Kid) -> Exception | None:
        kid.restarting = False
        try:
            pid = kid.spec.start()
            process = self._local(pid, kid.spec.id)
        except ProcessExit:
            raise
        except Exception as error:
            return error
        except BaseException as error:
            return ServerDied(Crash.of(error))
        kid.pid = pid
        if process is not None:
            self._process.link(process)
        else:  # if it was never linked, nobody else will tell
            self._process.runtime.deliver(self._process, ("EXIT", pid, NOPROC))
        return None

    def _local(self, pid: object, id: object) -> Process | None:
        runtime = self._process.runtime
        if not isinstance(pid, Pid) or pid.creation != runtime.creation:
            raise TypeError(f"start of child {id!r} returned {pid!r}, not the pid of a process of this node")
        return runtime.processes.get(pid.number)

    def _stop(self, kid: _Kid) -> None:
        pid, kid.pid, kid.restarting = kid.pid, None, False
        if pid is not None:
            shut_down(pid, kid.spec.shutdown)
        self._drop_if_temporary(kid)

    def _stop_all(self) -> None:
        for kid in reversed(list(self._kids.values())):
            self._stop(kid)

    def _drop_if_temporary(self, kid: _Kid) -> None:
        if kid.spec.restart == "temporary":
            del self._kids[kid.spec.id]

    # ------------------------------------------------------------------ what users ask

    def handle_call(self, request: Any, from_: From) -> Any:
        answer = self._answer(request)
        return Fail(answer) if isinstance(answer, Exception) else answer

    def _answer(self, request: Any) -> object:
        match request:
            case ("which_children",):
                return [self._info(kid) for kid in self._kids.values()]
            case ("start_child", ChildSpec() as spec):
                return self._start_child(spec)
            case ("terminate_child" | "restart_child" | "delete_child" as act, id):
                kid = self._kids.get(id)
                return LookupError(f"no child {id!r}") if kid is None else self._change(act, kid)
        return ValueError(f"a supervisor takes no such request: {request!r}")

    def _info(self, kid: _Kid) -> ChildInfo:
        return ChildInfo(kid.spec.id, "restarting" if kid.restarting else kid.pid, kid.spec.type)

    def _start_child(self, spec: ChildSpec) -> Pid | Exception | None:
        known = self._kids.get(spec.id)
        if known is not None and known.pid is not None:
            return AlreadyStarted(known.pid)
        if known is not None:
            return ValueError(f"child {spec.id!r} exists and does not run: restart it or delete it")
        try:
            self._flags.check(spec)
        except ValueError as senseless:
            return senseless
        kid = _Kid(spec)
        error = self._start(kid)
        if error is None:
            self._kids[spec.id] = kid
        return error or kid.pid

    def _change(self, act: str, kid: _Kid) -> Pid | Exception | None:
        if act == "terminate_child":
            self._stop(kid)
            return None
        if kid.pid is not None or kid.restarting:
            return ValueError(f"child {kid.spec.id!r} runs: terminate it first")
        if act == "restart_child":
            return self._start(kid) or kid.pid
        del self._kids[kid.spec.id]
        return None
