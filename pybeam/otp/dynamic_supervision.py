"""The process of a `DynamicSupervisor`. No step looks at more than one child, but for those that tell of all."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import TooManyChildren
from ..runtime.calls import cast
from ..terms import Pid
from .child import ChildSpec
from .directives import Stop
from .endings import exit_pid
from .parent import ChildInfo, Flags, Parent, counted
from .restart import wants_restart
from .shutdown import shut_down, shut_down_all


class _Retry(NamedTuple):
    """Cast by the supervisor to itself, so that others are heard between two attempts."""

    pid: Pid


class DynamicSupervisorServer(Parent):
    """See `otp.dynamic_supervisor`, which has what its users call."""

    def init(self, flags: Flags, max_children: int | None) -> None:
        self.begin(flags)
        self._max_children = max_children
        self._running: dict[Pid, ChildSpec] = {}
        self._restarting: dict[Pid, ChildSpec] = {}  # by the pid that each had

    def terminate(self, reason: Any) -> None:
        shut_down_all({pid: spec.shutdown for pid, spec in self._running.items()})

    # ------------------------------------------------------------------ a child ends

    def handle_info(self, message: Any) -> Any:
        pid = exit_pid(message)
        if pid is None:
            return super().handle_info(message)
        spec = self._running.pop(pid, None)
        return self._fallen(pid, spec, message[2]) if spec is not None else None

    def handle_cast(self, message: Any) -> Any:
        spec = self._restarting.pop(message.pid, None) if isinstance(message, _Retry) else None
        return self._restart(message.pid, spec) if spec is not None else None

    def _fallen(self, pid: Pid, spec: ChildSpec, reason: object) -> Stop | None:
        self.note_end(spec, reason)
        return self._restart(pid, spec) if wants_restart(spec.restart, reason) else None

    def _restart(self, pid: Pid, spec: ChildSpec) -> Stop | None:
        end = self.give_up(spec)
        if end is not None:
            return end
        try:
            self._start(spec)
        except Exception as error:
            self.note_failed_restart(spec, error)
            self._restarting[pid] = spec
            cast(self._process.pid, _Retry(pid))
        return None

    def _start(self, spec: ChildSpec) -> Pid | None:
        pid = self.launch(spec)
        if pid is not None:
            self._running[pid] = spec
        return pid

    # ------------------------------------------------------------------ what users ask

    def answer(self, request: Any) -> object:
        match request:
            case ("which_children",):
                return self._children()
            case ("count_children",):
                return counted(self._children())
            case ("start_child", ChildSpec() as spec):
                return self._start_child(spec)
            case ("terminate_child", Pid() as pid):
                self._terminate_child(pid)
                return None
        return super().answer(request)

    def _children(self) -> list[ChildInfo]:
        running = [ChildInfo(None, pid, spec.type) for pid, spec in self._running.items()]
        return running + [ChildInfo(None, "restarting", spec.type) for spec in self._restarting.values()]

    def _start_child(self, spec: ChildSpec) -> Pid | None:
        self._flags.check(spec)
        if self._max_children is not None and len(self._running) + len(self._restarting) >= self._max_children:
            raise TooManyChildren(self._max_children)
        return self._start(spec)

    def _terminate_child(self, pid: Pid) -> None:
        spec = self._running.pop(pid, None)
        if spec is not None:
            shut_down(pid, spec.shutdown)
        elif self._restarting.pop(pid, None) is None:
            raise LookupError(f"no child {pid!r}")
