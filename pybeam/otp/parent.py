"""What the processes of all supervisors have in common: flags, starting a child, counting restarts."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from ..errors import NOPROC, Crash, ServerDied, text_of
from ..runtime.process import Process
from ..runtime.signals import From, ProcessExit
from ..shown import cut
from ..terms import Pid
from .child import ChildSpec, Type, require
from .directives import Fail, Reply, Stop
from .gen_server import GenServer
from .restart import AutoShutdown, Intensity, Strategy, is_orderly, wants_restart

log = logging.getLogger("pybeam.supervisor")

MAX_REASON = 300
"""Characters of an exit reason in a line about it."""


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
        if not is_count(self.max_restarts):
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
        id: as in its spec; None for the children of a `DynamicSupervisor`, which have none.
        pid: None when it does not run; `"restarting"` when its restart failed and is
            about to be tried again.
        type: `"worker"` or `"supervisor"`.
    """

    id: object
    pid: Pid | Literal["restarting"] | None
    type: Type


class Parent(GenServer):
    """The process of a supervisor: traps exits, and gives up when it restarts too often."""

    def begin(self, flags: Flags) -> None:
        """The first thing that `init` does."""
        self._process.trap_exit = True
        self._flags = flags
        self._intensity = Intensity(flags.max_restarts, flags.max_seconds)

    def launch(self, spec: ChildSpec) -> Pid | None:
        """Start a child, linked to this process.

        Returns:
            None when it has nothing to do here: its `init` returned `Ignore()`.

        Raises:
            Exception: what its start raised.
        """
        try:
            pid = spec.start()
        except Exception:
            raise
        except ProcessExit as stop:
            if self._process.doom is not None:
                raise
            raise ServerDied(stop.reason) from None  # `start` called `exit(reason)`: the child's failure, not ours
        except BaseException as error:
            raise ServerDied(Crash.of(error)) from None
        if pid is not None:
            self._adopt(pid, spec.id)
        return pid

    def _adopt(self, pid: object, id: object) -> None:
        runtime = self._process.runtime
        if not isinstance(pid, Pid) or pid.creation != runtime.creation:
            text = f"start of child {id!r} returned {pid!r}, not the pid of a process of this node, or None"
            raise TypeError(text)
        process: Process | None = runtime.processes.get(pid.number)
        if process is not None:
            self._process.link(process)
        else:  # if it was never linked, nobody else will tell
            runtime.deliver(self._process, ("EXIT", pid, NOPROC))

    def note_end(self, spec: ChildSpec, reason: object) -> None:
        """Log the end of a child, and what follows from it, unless it was meant to end."""
        if not is_orderly(reason):
            follows = "restarting it" if wants_restart(spec.restart, reason) else f"{spec.restart}: it stays ended"
            # The whole reason is in the child's own report.
            short = cut(" ".join(text_of(reason).split()), MAX_REASON)
            log.warning("%r: child %r ended: %s; %s", self._process, spec.id, short, follows)

    def note_failed_restart(self, spec: ChildSpec, error: Exception) -> None:
        log.error("%r: restart of child %r failed: %r", self._process, spec.id, error)

    def give_up(self, spec: ChildSpec) -> Stop | None:
        """Count one more restart; what to return from the callback when it is one too many."""
        self._intensity = self._intensity.with_restart(self._process.runtime.now())
        if not self._intensity.exceeded:
            return None
        log.error(
            "%r gives up: more than %s restarts in %s s; the last was of child %r",
            self._process,
            self._flags.max_restarts,
            self._flags.max_seconds,
            spec.id,
        )
        return Stop("shutdown")

    def handle_call(self, request: Any, from_: From) -> Any:
        try:
            return Reply(self.answer(request))
        except Exception as error:  # of the start of a child, or a request that is wrong: the caller's to hear
            return Fail(error)

    def answer(self, request: Any) -> object:
        """The answer to what a user asks; what it raises is raised at the caller."""
        raise ValueError(f"a supervisor takes no such request: {request!r}")


def counted(children: list[ChildInfo]) -> dict[str, int]:
    """How many there are: see `Supervisor.count_children`."""
    supervisors = sum(child.type == "supervisor" for child in children)
    active = sum(isinstance(child.pid, Pid) for child in children)
    return dict(specs=len(children), active=active, supervisors=supervisors, workers=len(children) - supervisors)


def is_count(number: object) -> bool:
    """Whether it is an int from 0 on, and no bool."""
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0
