"""Children that keep a common diary, for tests of who starts and stops them, and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pybeam.otp.child import ChildSpec
from pybeam.otp.directives import Continue, Ignore, Stop
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import exit, sleep, trap_exit, whereis
from pybeam.runtime.signals import From
from pybeam.terms import Pid


class Member(GenServer):
    """Writes `+id` when it starts and `-id` when it terminates; does what it is told between."""

    def init(self, family: Family, id: str) -> Ignore | None:
        self.family, self.id = family, id
        if id in family.start_seconds:
            sleep(family.start_seconds[id])
        if family.failures.get(id, 0) > 0:
            family.failures[id] -= 1
            family.write(f"!{id}")
            raise OSError(f"{id} cannot start")
        if id in family.absent:
            return Ignore()
        trap_exit()
        family.write(f"+{id}")
        return None

    def handle_call(self, request: Any, from_: From) -> Any:
        return request() if callable(request) else request

    def handle_cast(self, message: Any) -> Any:
        return message() if callable(message) else message

    def handle_info(self, message: Any) -> Any:
        return message() if callable(message) else None

    def handle_continue(self, arg: Any) -> Any:
        return arg()

    def terminate(self, reason: Any) -> None:
        if self.id in self.family.stop_seconds:
            sleep(self.family.stop_seconds[self.id])
        self.family.write(f"-{self.id}")


class Family:
    """The children of a supervisor, and what became of them.

    Attributes:
        absent: children whose `init` returns `Ignore()`.
        failures: how often the start of a child is going to fail yet.
        start_seconds, stop_seconds: how long the start and the end of a child take.
    """

    def __init__(self) -> None:
        self.absent: set[str] = set()
        self.failures: dict[str, int] = {}
        self.start_seconds: dict[str, float] = {}
        self.stop_seconds: dict[str, float] = {}
        self._diary: list[str] = []

    def write(self, entry: str) -> None:
        self._diary.append(entry)

    def read(self) -> str:
        """What has been written since the last time, as in `"+a +b -b"`."""
        text, self._diary = " ".join(self._diary), []
        return text

    def spec(self, id: str, **fields: Any) -> ChildSpec:
        return ChildSpec(id, partial(GenServer.start_link, Member, self, id, name=id), **fields)

    def specs(self, ids: str, **fields: Any) -> list[ChildSpec]:
        return [self.spec(id, **fields) for id in ids]

    def start(self, ids: str, **options: Any) -> Pid:
        """A supervisor of such children, whose start is not left in the diary."""
        supervisor = Supervisor.start_link(self.specs(ids), **options)
        self.read()
        return supervisor


def crash() -> None:
    raise ValueError("boom")


FALLS: dict[str, tuple[object, Callable[[str], None]]] = {
    "normal": ("normal", lambda name: GenServer.cast(name, Stop("normal"))),
    "shutdown": ("shutdown", lambda name: GenServer.cast(name, Stop("shutdown"))),
    "shutdown with a term": (("shutdown", 1), lambda name: GenServer.cast(name, Stop(("shutdown", 1)))),
    "a reason of its own": ("odd", lambda name: GenServer.cast(name, Stop("odd"))),
    "an exception": ("crash", lambda name: GenServer.cast(name, crash)),
    "an exception after a continue": ("crash", lambda name: GenServer.cast(name, Continue(crash))),
    "kill": ("killed", lambda name: exit(pid_of(name), "kill")),
}
"""The ways in which a child may fall: the kind of the reason, and what brings it about."""


def pid_of(name: str) -> Pid:
    pid = whereis(name)
    assert pid is not None, f"{name} does not run"
    return pid


def children(supervisor: Pid) -> dict[object, object]:
    """The pid of each child, by its id."""
    return {child.id: child.pid for child in Supervisor.which_children(supervisor)}


def start_dynamic(supervisor: Pid, family: Family, ids: str, **fields: Any) -> None:
    """Start children of a `DynamicSupervisor` with these names; their start is not left in the diary."""
    for spec in family.specs(ids, **fields):
        DynamicSupervisor.start_child(supervisor, spec)
    family.read()
