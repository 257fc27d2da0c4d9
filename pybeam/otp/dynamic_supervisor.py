"""DynamicSupervisor: children that are started while the program runs, as many as there are.

What users call; the process behind it is in `otp.dynamic_supervision`. Follows Elixir's
`DynamicSupervisor`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from ..errors import NORMAL
from ..runtime.calls import Dest, call
from ..runtime.via import Name
from ..terms import Pid
from .child import Child, ChildSpec, child_spec_of
from .dynamic_supervision import DynamicSupervisorServer
from .gen_server import GenServer
from .parent import ChildInfo, Flags, is_count


class DynamicSupervisor:
    """The functions of dynamic supervisors.

    >>> from pybeam.process import receive
    >>> class Session(GenServer):
    ...     def init(self, user):
    ...         self.user = user
    ...     def handle_call(self, request, from_):
    ...         return f"{request}, {self.user}"
    >>> sessions = DynamicSupervisor.start_link()
    >>> pid = DynamicSupervisor.start_child(sessions, (Session, "ann"))
    >>> GenServer.call(pid, "hello")
    'hello, ann'
    >>> DynamicSupervisor.count_children(sessions)
    {'specs': 1, 'active': 1, 'supervisors': 0, 'workers': 1}
    >>> DynamicSupervisor.stop(sessions)
    >>> receive() == ("EXIT", sessions, "normal")  # it is linked to this thread
    True
    """

    @staticmethod
    def start_link(
        *,
        max_children: int | None = None,
        max_restarts: int = 3,
        max_seconds: float = 5.0,
        name: Name | None = None,
    ) -> Pid:
        """Start a supervisor without children, linked to the calling process.

        Args:
            max_children: how many it takes, those that are about to be restarted counted in;
                None for any number.
            max_restarts: with more restarts than this within `max_seconds`, of all children
                together, it gives up: it stops all and ends with the reason `"shutdown"`.
            name: registers it on this node.

        Raises:
            ValueError: an argument makes no sense.
            AlreadyStarted: the name is taken.
        """
        flags = _flags(max_children, max_restarts, max_seconds)
        return cast(Pid, GenServer.start_link(DynamicSupervisorServer, flags, max_children, name=name))

    @staticmethod
    def child_spec(*, id: object = None, name: Name | None = None, **options: Any) -> ChildSpec:
        """A dynamic supervisor as another's child.

        Args:
            id: where None, the name, or else the class `DynamicSupervisor`.
            options: as for `start_link`.
        """
        start = partial(DynamicSupervisor.start_link, name=name, **options)
        return ChildSpec(id if id is not None else name or DynamicSupervisor, start, shutdown=None, type="supervisor")

    @staticmethod
    def start_child(supervisor: Dest, child: Child) -> Pid | None:
        """Start a child. Its spec's id means nothing here: any number may have the same.

        Args:
            child: as in the list of a `Supervisor`. One that is not to be restarted is
                `"temporary"`, as most are that serve one request or connection.

        Returns:
            Its pid; None when it has nothing to do here (see `Ignore`): it is no child then.

        Raises:
            TooManyChildren: there are `max_children` already.
            TypeError, ValueError: the spec makes no sense.
            Exception: what its start raised; it was not added.
        """
        return cast(Pid | None, _ask(supervisor, "start_child", child_spec_of(child)))

    @staticmethod
    def terminate_child(supervisor: Dest, pid: Pid) -> None:
        """Stop a child within its limit, and forget it.

        Raises:
            LookupError: it is no child of this supervisor, or has ended.
            ValueError: `pid` is no pid.
        """
        if not isinstance(pid, Pid):
            raise ValueError(f"a child of a DynamicSupervisor is named by its Pid, not by {pid!r}")
        _ask(supervisor, "terminate_child", pid)

    @staticmethod
    def which_children(supervisor: Dest) -> list[ChildInfo]:
        """Its children; their `id` is None."""
        return cast(list[ChildInfo], _ask(supervisor, "which_children"))

    @staticmethod
    def count_children(supervisor: Dest) -> dict[str, int]:
        """How many children it has: `specs` in all, `active` that run, `supervisors` and `workers`."""
        return cast(dict[str, int], _ask(supervisor, "count_children"))

    @staticmethod
    def stop(supervisor: Dest, reason: object = NORMAL, timeout: float | None = None) -> None:
        """Stop all children at once, each within its limit, and end it. As `GenServer.stop`."""
        GenServer.stop(supervisor, reason, timeout)


def _flags(max_children: int | None, max_restarts: int, max_seconds: float) -> Flags:
    if max_children is not None and not is_count(max_children):
        raise ValueError(f"max_children is an int from 0 on, or None, not {max_children!r}")
    return Flags(max_restarts=max_restarts, max_seconds=max_seconds)


def _ask(supervisor: Dest, *request: Any) -> object:
    return call(supervisor, request, None)  # no limit: a child may take as long as its spec allows
