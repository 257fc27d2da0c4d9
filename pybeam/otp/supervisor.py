"""Supervisor: starts its children in order, restarts those that fall, stops them in reverse order.

What users call; the process behind it is in `otp.supervision`. Follows OTP's `supervisor`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, cast

from ..errors import NORMAL
from ..runtime.calls import Dest, call
from ..runtime.via import Name
from ..terms import Pid
from .child import Child, ChildSpec, child_spec_of, child_specs_of
from .gen_server import GenServer
from .parent import ChildInfo, Flags
from .restart import AutoShutdown, Strategy
from .supervision import SupervisorServer


class Supervisor:
    """The functions of supervisors.

    >>> from pybeam.process import receive
    >>> class Echo(GenServer):
    ...     def handle_call(self, request, from_):
    ...         return request
    >>> supervisor = Supervisor.start_link([ChildSpec("echo", lambda: GenServer.start_link(Echo, name="echo"))])
    >>> GenServer.call("echo", "hello")
    'hello'
    >>> Supervisor.stop(supervisor)
    >>> receive() == ("EXIT", supervisor, "normal")  # it is linked to this thread
    True
    """

    @staticmethod
    def start_link(
        children: Iterable[Child],
        *,
        strategy: Strategy = "one_for_one",
        max_restarts: int = 3,
        max_seconds: float = 5.0,
        auto_shutdown: AutoShutdown = "never",
        name: Name | None = None,
    ) -> Pid:
        """Start a supervisor, linked to the calling process, and wait until its children run.

        Args:
            children: started in this order; each a `ChildSpec`, a `GenServer` class,
                `(class, *args)`, or anything else that has a `child_spec`.
            strategy: who is restarted when a child falls: `"one_for_one"` that child,
                `"one_for_all"` all, `"rest_for_one"` that child and those started after it.
            max_restarts: with more restarts than this within `max_seconds` it gives up: it
                stops all children and ends with the reason `"shutdown"`.
            auto_shutdown: whether it ends, with `"shutdown"`, when a significant child has
                ended by itself for good: `"never"`, with `"any_significant"`, or with the
                last of them, `"all_significant"`.
            name: registers it on this node.

        Raises:
            TypeError, ValueError: `children` or another argument makes no sense; nothing
                was started.
            AlreadyStarted: the name is taken.
            Exception: what the start of a child raised, with a note that names the child.
                Those before it have been stopped again.
        """
        flags = Flags(strategy, max_restarts, max_seconds, auto_shutdown)
        specs = child_specs_of(children)
        for spec in specs:
            flags.check(spec)
        return GenServer.start_link(SupervisorServer, specs, flags, name=name)

    @staticmethod
    def child_spec(children: Iterable[Child], *, id: object = None, **options: Any) -> ChildSpec:
        """A supervisor as another's child.

        Args:
            id: where None, the name, or else the class `Supervisor`.
            options: as for `start_link`.

        Raises:
            TypeError, ValueError: `children` makes no sense.
        """
        start = partial(Supervisor.start_link, child_specs_of(children), **options)
        if id is None:
            id = options.get("name") or Supervisor
        return ChildSpec(id, start, shutdown=None, type="supervisor")

    @staticmethod
    def which_children(supervisor: Dest) -> list[ChildInfo]:
        """Its children, in the order of their start."""
        return cast(list[ChildInfo], _ask(supervisor, "which_children"))

    @staticmethod
    def count_children(supervisor: Dest) -> dict[str, int]:
        """How many children it has: `specs` in all, `active` that run, `supervisors` and `workers`."""
        return cast(dict[str, int], _ask(supervisor, "count_children"))

    @staticmethod
    def get_childspec(supervisor: Dest, id: object) -> ChildSpec:
        """The spec of a child.

        Raises:
            LookupError: there is no such child.
        """
        return cast(ChildSpec, _ask(supervisor, "get_childspec", id))

    @staticmethod
    def start_child(supervisor: Dest, child: Child) -> Pid | None:
        """Add a child, as the last, and start it.

        Returns:
            Its pid; None when it has nothing to do here (see `Ignore`): it is in the list then,
            unless it is temporary.

        Raises:
            AlreadyStarted: a child of that id runs; has its pid.
            ValueError: a child of that id exists, or the spec makes no sense.
            Exception: what its start raised; it was not added.
        """
        return cast(Pid | None, _ask(supervisor, "start_child", child_spec_of(child)))

    @staticmethod
    def terminate_child(supervisor: Dest, id: object) -> None:
        """Stop a child. It stays in the list, unless it is temporary, and is not restarted by itself.

        Raises:
            LookupError: there is no such child.
        """
        _ask(supervisor, "terminate_child", id)

    @staticmethod
    def restart_child(supervisor: Dest, id: object) -> Pid | None:
        """Start a child that does not run.

        Returns:
            Its pid; None when it has nothing to do here (see `Ignore`).

        Raises:
            LookupError: there is no such child.
            ValueError: it runs.
            Exception: what its start raised.
        """
        return cast(Pid | None, _ask(supervisor, "restart_child", id))

    @staticmethod
    def delete_child(supervisor: Dest, id: object) -> None:
        """Take a child that does not run out of the list.

        Raises:
            LookupError: there is no such child.
            ValueError: it runs.
        """
        _ask(supervisor, "delete_child", id)

    @staticmethod
    def stop(supervisor: Dest, reason: object = NORMAL, timeout: float | None = None) -> None:
        """Stop its children in reverse order, each within its limit, and end it. As `GenServer.stop`."""
        GenServer.stop(supervisor, reason, timeout)


def _ask(supervisor: Dest, *request: Any) -> object:
    return call(supervisor, request, None)  # no limit: a child may take as long as its spec allows
