"""The process of a `Supervisor`: carries out what `otp.restart` plans.

While it waits for a child to stop, other messages stay in its mailbox in their order.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import AlreadyStarted
from ..runtime.calls import cast
from ..terms import Pid
from .child import ChildSpec
from .directives import Stop
from .endings import exit_pid
from .parent import ChildInfo, Flags, Parent, counted
from .restart import ends_its_supervisor, plan, wants_restart
from .shutdown import shut_down


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

    @property
    def rests(self) -> bool:
        return self.pid is None and not self.restarting


class SupervisorServer(Parent):
    """See `otp.supervisor`, which has what its users call."""

    def init(self, specs: list[ChildSpec], flags: Flags) -> None:
        self.begin(flags)
        self._kids: dict[object, _Kid] = {}
        self._by_pid: dict[Pid, _Kid] = {}
        for spec in specs:
            kid = self._kids[spec.id] = _Kid(spec)
            try:
                self._start(kid)
            except Exception as error:
                self._stop_all()
                error.add_note(f"Raised while {self._process!r} started its child {spec.id!r}.")
                raise

    def terminate(self, reason: Any) -> None:
        self._stop_all()

    # ------------------------------------------------------------------ a child ends

    def handle_info(self, message: Any) -> Any:
        pid = exit_pid(message)
        if pid is None:
            return super().handle_info(message)
        kid = self._by_pid.get(pid)
        return self._fallen(kid, message[2]) if kid is not None else None

    def handle_cast(self, message: Any) -> Any:
        kid = self._kids.get(message.id) if isinstance(message, _Retry) else None
        return self._restart(kid) if kid is not None and kid.restarting else None

    def _fallen(self, kid: _Kid, reason: object) -> Stop | None:
        self._lose(kid)
        self.note_end(kid.spec, reason)
        if wants_restart(kid.spec.restart, reason):
            return self._restart(kid)
        self._drop_if_temporary(kid)
        others = sum(other.spec.significant and not other.rests for other in self._kids.values())
        ends = ends_its_supervisor(self._flags.auto_shutdown, kid.spec.significant, others)
        return Stop("shutdown") if ends else None

    def _restart(self, kid: _Kid) -> Stop | None:
        end = self.give_up(kid.spec)
        if end is not None:
            return end
        todo = plan(self._flags.strategy, tuple(self._kids), kid.spec.id)
        for id in todo.stop:
            self._stop(self._kids[id])
        self._start_again([self._kids[id] for id in todo.start if id in self._kids])
        return None

    def _start_again(self, kids: list[_Kid]) -> None:
        for kid in kids:
            try:
                self._start(kid)
            except Exception as error:
                self.note_failed_restart(kid.spec, error)
                kid.restarting = True
                cast(self._process.pid, _Retry(kid.spec.id))
                return

    # ------------------------------------------------------------------ start and stop one

    def _start(self, kid: _Kid) -> Pid | None:
        kid.restarting = False
        kid.pid = self.launch(kid.spec)
        if kid.pid is not None:
            self._by_pid[kid.pid] = kid
        else:
            self._drop_if_temporary(kid)
        return kid.pid

    def _lose(self, kid: _Kid) -> Pid | None:
        pid, kid.pid, kid.restarting = kid.pid, None, False
        if pid is not None:
            del self._by_pid[pid]
        return pid

    def _stop(self, kid: _Kid) -> None:
        pid = self._lose(kid)
        if pid is not None:
            shut_down(pid, kid.spec.shutdown)
        self._drop_if_temporary(kid)

    def _stop_all(self) -> None:
        for kid in reversed(list(self._kids.values())):
            self._stop(kid)

    def _drop_if_temporary(self, kid: _Kid) -> None:
        if kid.spec.restart == "temporary":
            self._kids.pop(kid.spec.id, None)

    # ------------------------------------------------------------------ what users ask

    def answer(self, request: Any) -> object:
        match request:
            case ("which_children",):
                return [self._info(kid) for kid in self._kids.values()]
            case ("count_children",):
                return counted([self._info(kid) for kid in self._kids.values()])
            case ("get_childspec", id):
                return self._find(id).spec
            case ("start_child", ChildSpec() as spec):
                return self._start_child(spec)
            case ("terminate_child", id):
                self._stop(self._find(id))
                return None
            case ("restart_child", id):
                return self._start(self._resting(id))
            case ("delete_child", id):
                del self._kids[self._resting(id).spec.id]
                return None
        return super().answer(request)

    def _info(self, kid: _Kid) -> ChildInfo:
        return ChildInfo(kid.spec.id, "restarting" if kid.restarting else kid.pid, kid.spec.type)

    def _start_child(self, spec: ChildSpec) -> Pid | None:
        known = self._kids.get(spec.id)
        if known is not None and known.pid is not None:
            raise AlreadyStarted(known.pid)
        if known is not None:
            raise ValueError(f"child {spec.id!r} exists and does not run: restart it or delete it")
        self._flags.check(spec)
        kid = _Kid(spec)
        pid = self._start(kid)
        if pid is not None or spec.restart != "temporary":
            self._kids[spec.id] = kid
        return pid

    def _find(self, id: object) -> _Kid:
        try:
            return self._kids[id]
        except (KeyError, TypeError):  # of an id that is unhashable
            raise LookupError(f"no child {id!r}") from None

    def _resting(self, id: object) -> _Kid:
        kid = self._find(id)
        if not kid.rests:
            state = "is about to be restarted" if kid.restarting else "runs"
            raise ValueError(f"child {id!r} {state}: terminate it first")
        return kid
