"""Names for processes of this node: give one, take it back, find who has it."""

from __future__ import annotations

from typing import Any

from ..errors import AlreadyStarted
from ..terms import Pid
from .calls import locate
from .foreign import in_process
from .ports import Target
from .process import Process
from .switch import running


def find(pid: object) -> Process | Target | None:
    """Where the process `pid` is: here, on another node, or nowhere any more.

    Raises:
        ValueError: it is no pid.
    """
    if not isinstance(pid, Pid):
        raise ValueError(f"a Pid is needed here, not {pid!r}")
    return unless_doomed(locate(running().runtime, pid))


def unless_doomed(found: Process | Target | None) -> Process | Target | None:
    """None for a process that was told to end: to whoever comes later it has ended."""
    return None if isinstance(found, Process) and found.doom is not None else found


def local_process(pid: object) -> Process | None:
    """The process of this node that `pid` names; None when it has ended.

    Raises:
        ValueError: it is no pid, or one of another node.
    """
    found = find(pid)
    if isinstance(found, Target):
        raise ValueError(f"{pid} is of another node: ask there, with rpc.call({found.node!r}, ...)")
    return found


def register(name: str, pid: Pid) -> None:
    """Give a process of this node a name. It loses it when it ends.

    Raises:
        AlreadyStarted: the name is taken; says by which pid.
        ValueError: a bad name, a process that has a name or has ended.
    """

    def add() -> None:
        process = local_process(pid)
        if process is None:
            raise ValueError(f"{pid} has ended and cannot be registered")
        owner = process.runtime.names.add(name, process)
        if owner is not None:
            raise AlreadyStarted(owner.pid)

    in_process(add)


def unregister(name: str) -> bool:
    """Take a name away; whether anybody had it."""
    return in_process(lambda: running().runtime.names.remove(name))


def whereis(name: str) -> Pid | None:
    """The pid registered under `name` on this node."""

    def find() -> Pid | None:
        process = running().runtime.names.get(name)
        return process.pid if process is not None else None

    return in_process(find)


def registered() -> Any:
    """The names registered on this node, sorted: a list of `str`."""
    return in_process(lambda: running().runtime.names.all())
