"""Names of the whole cluster: OTP's `global`.

A name belongs to one process of the connected nodes, and every node knows whose it is. It goes with
its process, and with nothing else: `groups.claims` tells how that is kept. Where two parts of a cluster
that did not see each other gave the same name, one process keeps it when they meet, and the other
is sent `("global_name_conflict", name)`, once. OTP would kill the other.
"""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from typing import Any

from . import process
from .errors import AlreadyStarted, NodeDown, NoProcess
from .groups.acts import Resolve
from .groups.finding import claims_here, server_of, start
from .groups.locking import del_lock, set_lock, trans
from .groups.terms import check, check_pid
from .otp.gen_server import GenServer
from .runtime.foreign import in_process
from .runtime.process import Process
from .runtime.scheduler import Runtime
from .runtime.via import Via
from .terms import Pid

__all__ = [
    "del_lock",
    "notify_all_name",
    "random_exit_name",
    "random_notify_name",
    "re_register_name",
    "register_name",
    "registered_names",
    "send",
    "set_lock",
    "start",
    "trans",
    "unregister_name",
    "via",
    "whereis_name",
]


def register_name(name: Hashable, pid: Pid, resolve: Resolve | None = None) -> bool:
    """Give a process a name in the whole cluster.

    When this returns, all connected nodes know, but for one that has connected a moment ago and is still being
    told what there is. Of several at once, on whatever nodes, one gets it.

    Args:
        name: a str, a number, bytes, a `Pid`, or a tuple of these.
        pid: of any node.
        resolve: called as `resolve(name, pid, other)` should another part of the cluster turn out
            to have given the name as well; returns who keeps it, or anything else for nobody. It runs
            once, on the node of the two whose name sorts first, and it is that node's that counts.
            None: the process of that node keeps it.

    Returns:
        False when the name is taken, or the process has another.

    Raises:
        NodeDown: the node of `pid` cannot be reached.
        NoProcess: no name server runs there.
        TypeError: one of them is something else.

    >>> from pybeam import process
    >>> register_name("printer", process.self()), register_name("printer", process.self())
    (True, False)
    >>> whereis_name("printer") == process.self()
    True
    >>> unregister_name("printer")
    """
    return _register(name, pid, resolve, forced=False)


def re_register_name(name: Hashable, pid: Pid, resolve: Resolve | None = None) -> bool:
    """Give a process a name, and take it from whoever has it, who is not told.

    Args, errors: as for `register_name`.

    Returns:
        True; False only when the process has ended meanwhile.
    """
    return _register(name, pid, resolve, forced=True)


def unregister_name(name: Hashable) -> None:
    """Take a name away; harmless when nobody has it. When this returns, all connected nodes know.

    Raises:
        TypeError: nothing can have such a name.
    """
    owner = whereis_name(name)
    if owner is not None:
        with suppress(NodeDown, NoProcess):  # then it has gone with its node
            GenServer.call(server_of(owner), ("unregister", name), None)


def whereis_name(name: Hashable) -> Pid | None:
    """The process that has a name, as far as this node knows; None for nobody.

    Raises:
        TypeError: nothing can have such a name.
    """
    check(name, "a name in the cluster")
    return in_process(lambda: claims_here().whereis(name))


def registered_names() -> list[Hashable]:
    """The names of the cluster that this node knows of."""
    return in_process(lambda: claims_here().names())


def send(name: Hashable, message: object) -> Pid:
    """Send a message to the process that has a name.

    Returns:
        Its pid.

    Raises:
        NoProcess: nobody has it.
        TypeError: nothing can have such a name.
    """
    pid = whereis_name(name)
    if pid is None:
        raise NoProcess(name)
    process.send(pid, message)
    return pid


class _Via(Via):
    __slots__ = ("name",)

    def __init__(self, name: Hashable) -> None:
        self.name = check(name, "a name in the cluster")

    def __repr__(self) -> str:
        return f"global_.via({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Via) and self.name == other.name

    def __hash__(self) -> int:
        return hash((_Via, self.name))

    def __reduce__(self) -> tuple[Any, ...]:
        return _Via, (self.name,)

    def whereis_name(self, runtime: Runtime) -> Pid | None:
        return whereis_name(self.name)

    def register_name(self, process: Process) -> None:
        while not register_name(self.name, process.pid):
            owner = whereis_name(self.name)
            if owner is not None:  # else it has ended since
                raise AlreadyStarted(owner)


def via(name: Hashable) -> Via:
    """A destination, and a name for a server: whoever has `name` in the cluster.

    Raises:
        TypeError: nothing can have such a name.

    >>> from pybeam import process
    >>> register_name("scribe", process.self())
    True
    >>> process.send(via("scribe"), "hello")
    >>> process.receive()
    'hello'
    >>> unregister_name("scribe")
    """
    return _Via(name)


# ---------------------------------------------------------------------- who keeps a name


def random_exit_name(name: Hashable, pid: Pid, other: Pid) -> Pid:
    """OTP's default `resolve`: the process of the node that sorts first keeps the name, the other is killed."""
    winner, loser = sorted((pid, other), key=lambda each: each.node)
    process.exit(loser, "kill")
    return winner


def random_notify_name(name: Hashable, pid: Pid, other: Pid) -> Pid:
    """What happens without a `resolve`: the process of the node that sorts first keeps the name."""
    return min(pid, other, key=lambda each: each.node)


def notify_all_name(name: Hashable, pid: Pid, other: Pid) -> None:
    """A `resolve` by which nobody keeps the name: both are told."""


def _register(name: Hashable, pid: Pid, resolve: Resolve | None, *, forced: bool) -> bool:
    check(name, "a name in the cluster")
    check_pid(pid)
    if resolve is not None and not callable(resolve):
        raise TypeError(f"resolve is a function of a name and two pids, or None, not {resolve!r}")
    return bool(GenServer.call(server_of(pid), ("register", name, pid, resolve, forced), None))
