"""Process groups over the cluster: OTP's `pg` (OTP 23 and later), with `monitor` of OTP 25.

A *scope* is a server that runs on some or all nodes under the same name; each keeps who of its own
node is in which group, and copies what the others say. So reading asks nobody, and a join is seen
elsewhere a message's time later: there is no lock and no majority, two halves of a cluster go on
by themselves and are one again when they meet. Every named node runs the scope `"pg"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from .errors import AlreadyStarted
from .groups.members import Group, Members
from .groups.scope import EVERY_GROUP, Scope
from .groups.serving import serving
from .groups.terms import check, check_pid
from .otp.gen_server import GenServer
from .runtime.foreign import in_process
from .runtime.scheduler import Runtime
from .runtime.switch import running
from .terms import NONODE, Pid, Ref

__all__ = [
    "demonitor",
    "get_local_members",
    "get_members",
    "join",
    "leave",
    "monitor",
    "monitor_scope",
    "start",
    "start_link",
    "which_groups",
]

SCOPE = "pg"
"""The scope that every named node runs."""


def start(scope: str = SCOPE, *, members: Members | None = None) -> Pid:
    """Start a scope on this node.

    Args:
        members: what it begins with. Not for users.

    Returns:
        The pid of its server, registered as `scope`.

    Raises:
        AlreadyStarted: it runs.
        ValueError: `scope` is no name.
    """
    return GenServer.start(Scope, Members() if members is None else members, name=scope)


def start_link(scope: str = SCOPE) -> Pid:
    """`start`, linked to the calling process; for a supervisor: `ChildSpec("chat", lambda: pg.start_link("chat"))`."""
    return GenServer.start_link(Scope, Members(), name=scope)


def join(group: Group, pids: Pid | Iterable[Pid], scope: str = SCOPE) -> None:
    """Add processes of this node to a group, which is made by that.

    A process may join several times; it then has to leave as often. It leaves by itself when it ends.

    Args:
        group: a str, a number, bytes, a `Pid`, or a tuple of these.
        pids: one or several; one that has ended already leaves at once.

    Raises:
        NoProcess: the scope does not run on this node.
        TypeError: `group` or `pids` is something else.
        ValueError: a process of another node: only its own node can have it join.

    >>> from pybeam import process
    >>> join("cooks", process.self())
    >>> get_members("cooks") == [process.self()]
    True
    >>> leave("cooks", process.self())
    True
    """
    _ask(scope, ("join", check(group, "a group"), _pids(pids)), local=True)


def leave(group: Group, pids: Pid | Iterable[Pid], scope: str = SCOPE) -> bool:
    """Take processes of this node out of a group, each once.

    Returns:
        Whether any of them was in it.

    Raises:
        As `join`.
    """
    return bool(_ask(scope, ("leave", check(group, "a group"), _pids(pids)), local=True))


def get_members(group: Group, scope: str = SCOPE) -> list[Pid]:
    """The processes in a group, on all nodes that this one knows of; each as often as it joined.

    Raises:
        NoProcess: the scope does not run on this node.
        TypeError: no group has such a name.
    """
    check(group, "a group")
    return in_process(lambda: _server(scope).members.of(group))


def get_local_members(group: Group, scope: str = SCOPE) -> list[Pid]:
    """Those of this node. Errors: as for `get_members`."""
    check(group, "a group")
    return in_process(lambda: _server(scope).members.at(_runtime().name, group))


def which_groups(scope: str = SCOPE) -> list[Group]:
    """The groups that have members.

    Raises:
        NoProcess: the scope does not run on this node.
    """
    return in_process(lambda: _server(scope).members.groups())


def monitor(group: Group, scope: str = SCOPE) -> tuple[Ref, list[Pid]]:
    """Have the calling process told who joins and leaves a group, from now on.

    It is sent `(ref, "join", group, pids)` and `(ref, "leave", group, pids)`.

    Returns:
        The `ref`, and who is in it now.

    Raises:
        As `get_members`.
    """
    found: tuple[Ref, list[Pid]] = _watch(scope, check(group, "a group"))
    return found


def monitor_scope(scope: str = SCOPE) -> tuple[Ref, dict[Group, list[Pid]]]:
    """`monitor` for all groups of the scope.

    Returns:
        The `ref`, and the groups with their members now.
    """
    found: tuple[Ref, dict[Group, list[Pid]]] = _watch(scope, EVERY_GROUP)
    return found


def demonitor(ref: Ref, scope: str = SCOPE) -> bool:
    """End a `monitor`; whether there was one. Messages that are in the mailbox already stay there.

    Raises:
        NoProcess: the scope does not run on this node.
        TypeError: `ref` is no `Ref`.
    """
    if not isinstance(ref, Ref):
        raise TypeError(f"the Ref that monitor returned is needed here, not {ref!r}")
    return bool(_ask(scope, ("demonitor", ref)))


def _pids(pids: Pid | Iterable[Pid]) -> list[Pid]:
    if isinstance(pids, Pid):
        return [pids]
    if isinstance(pids, str) or not isinstance(pids, Iterable):
        raise TypeError(f"a Pid or a list of them is needed here, not {pids!r}")
    return [check_pid(pid) for pid in pids]


def _runtime() -> Runtime:
    return running().runtime


def _server(scope: str) -> Scope:
    """The server of a scope of this node. A nameless node starts the usual one when it is needed."""
    runtime = _runtime()
    if scope == SCOPE and runtime.name == NONODE and runtime.names.get(SCOPE) is None:
        with suppress(AlreadyStarted):
            start()
    return serving(scope, Scope)


def _ask(scope: str, request: tuple[Any, ...], *, local: bool = False) -> Any:
    def ask() -> Any:
        server = _server(scope)
        if local:
            for pid in request[2]:
                if pid.creation != _runtime().creation:
                    raise ValueError(f"{pid} is of another node: have it join from there")
        return GenServer.call(server._process.pid, request, timeout=None)

    return in_process(ask)


def _watch(scope: str, group: object) -> Any:
    return in_process(lambda: _ask(scope, ("monitor", group, running().pid)))
