"""Processes: start them, send to them, link, monitor and end them.

Everything here works from inside a process and from any thread; a thread is itself a process,
with a pid and a mailbox, that traps exits. Links, monitors and exit signals reach the processes
of this node.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Any, TypeVar

from .errors import AlreadyStarted, ReceiveTimeout
from .runtime.calls import send
from .runtime.foreign import in_process
from .runtime.process import Process
from .runtime.signals import ProcessExit
from .runtime.switch import current
from .runtime.workers import blocking
from .terms import Pid, Ref

__all__ = [
    "alive",
    "blocking",
    "demonitor",
    "exit",
    "flush",
    "link",
    "list",
    "monitor",
    "receive",
    "register",
    "registered",
    "run",
    "self",
    "send",
    "sleep",
    "spawn",
    "spawn_link",
    "spawn_monitor",
    "trap_exit",
    "unlink",
    "unregister",
    "whereis",
]

T = TypeVar("T")


def _me() -> Process:
    process = current()
    assert process is not None
    return process


def _local(pid: object) -> Process | None:
    if not isinstance(pid, Pid):
        raise ValueError(f"a Pid is needed here, not {pid!r}")
    runtime = _me().runtime
    if pid.creation != runtime.creation and pid.node != runtime.name:
        raise ValueError(f"{pid} is of another node; links, monitors and exit signals reach this node's processes")
    return runtime.processes.get(pid.number) if pid.creation == runtime.creation else None


def run(fun: Callable[..., T], *args: Any) -> T:
    """Run `fun(*args)` inside the calling thread's own process, and wait for it.

    A loop of many calls runs faster so: it crosses from the thread to the node once and not
    for each call.

    >>> run(lambda: sum(i for i in range(4)))
    6
    """
    return in_process(lambda: fun(*args))


def self() -> Pid:
    """The calling process's pid."""
    return in_process(lambda: _me().pid)


def spawn(fun: Callable[..., object], *args: Any) -> Pid:
    """Start a process of this node that runs `fun(*args)` and ends with it.

    >>> from pybeam.process import receive, self, send, spawn
    >>> def add_one(reply_to):
    ...     send(reply_to, receive() + 1)
    >>> send(spawn(add_one, self()), 41)
    >>> receive(timeout=1)
    42
    """
    return in_process(lambda: _me().runtime.spawn(fun, *args).pid)


def spawn_link(fun: Callable[..., object], *args: Any) -> Pid:
    """`spawn`, linked to the calling process from the start."""
    return in_process(lambda: _me().runtime.spawn(fun, *args, link=_me()).pid)


def spawn_monitor(fun: Callable[..., object], *args: Any) -> tuple[Pid, Ref]:
    """`spawn`, monitored by the calling process from the start."""

    def start() -> tuple[Pid, Ref]:
        process = _me().runtime.spawn(fun, *args)
        return process.pid, _me().monitor(process, process.pid)

    return in_process(start)


def receive(match: Callable[[Any], object] | None = None, timeout: float | None = None) -> Any:
    """Take the first message in the mailbox for which `match(message)` holds; wait for one.

    Args:
        match: a predicate; None takes any message. The others stay, in their order.
        timeout: seconds; None waits for ever, 0 only looks.

    Raises:
        ReceiveTimeout: none came in time.
    """

    def take() -> object:
        me = _me()
        if timeout is not None and not timeout >= 0:
            raise ValueError(f"a timeout is a number of seconds, at least 0, or None, not {timeout!r}")
        return me.receive(match, inf if timeout is None else me.runtime.now() + timeout)

    return in_process(take)


def flush() -> Any:
    """Take all messages out of the mailbox.

    Returns:
        A list of the messages, in the order in which they came.
    """

    def take() -> Any:
        me, taken = _me(), []
        with suppress(ReceiveTimeout):  # the last of them may turn out to be unreadable
            while me.mailbox:
                taken.append(me.receive(deadline=me.runtime.now()))
        return taken

    return in_process(take)


def sleep(seconds: float) -> None:
    """Do nothing for `seconds`; other processes go on."""

    def wait() -> None:
        me = _me()
        alarm = me.runtime.after
        me.suspend(lambda resume: alarm(seconds, lambda: resume(None)))

    in_process(wait)


def link(pid: Pid) -> None:
    """Link the calling process and `pid`: when one ends abnormally, so does the other.

    To a pid that has ended: the exit signal `"noproc"` comes at once.
    """

    def tie() -> None:
        me, other = _me(), _local(pid)
        if other is not None:
            me.link(other)
        else:
            me.runtime.exit_signal(me, pid, "noproc")

    in_process(tie)


def unlink(pid: Pid) -> None:
    """Take the link away. An exit signal of it that has not arrived yet will not come."""

    def untie() -> None:
        other = _local(pid)
        if other is not None:
            _me().unlink(other)

    in_process(untie)


def monitor(dest: Pid | str) -> Ref:
    """Watch a process: `("DOWN", ref, "process", pid, reason)` comes once, when it ends.

    To nobody: it comes at once, with the reason `"noproc"`.
    """

    def watch() -> Ref:
        me = _me()
        target = me.runtime.names.get(dest) if isinstance(dest, str) else _local(dest)
        return me.monitor(target, target.pid if target is not None else dest)

    return in_process(watch)


def demonitor(ref: Ref, flush: bool = False) -> None:
    """Take a monitor back; with `flush`, also a DOWN of it that is in the mailbox already."""
    in_process(lambda: _me().demonitor(ref, flush))


def exit(pid: Pid, reason: object) -> None:
    """Send the exit signal `reason` to `pid`; `"kill"` cannot be trapped.

    To itself: it ends there and then, unless it traps exits.
    """

    def signal() -> None:
        me, target = _me(), _local(pid)
        if target is None:
            return
        me.runtime.exit_signal(target, me.pid, reason, by_exit=True)
        if me.doom is not None:
            raise ProcessExit(me.doom[0])

    in_process(signal)


def trap_exit(flag: bool = True) -> bool:
    """Whether exit signals arrive as messages `("EXIT", pid, reason)` from now on.

    Returns:
        What held before.
    """

    def turn() -> bool:
        me = _me()
        before, me.trap_exit = me.trap_exit, flag
        return before

    return in_process(turn)


def register(name: str, pid: Pid) -> None:
    """Give a process of this node a name. It loses it when it ends.

    Raises:
        AlreadyStarted: the name is taken; says by which pid.
        ValueError: a bad name, a process that has a name or has ended.
    """

    def add() -> None:
        process = _local(pid)
        if process is None:
            raise ValueError(f"{pid} has ended and cannot be registered")
        owner = process.runtime.names.add(name, process)
        if owner is not None:
            raise AlreadyStarted(owner.pid)

    in_process(add)


def unregister(name: str) -> bool:
    """Take a name away; whether anybody had it."""
    return in_process(lambda: _me().runtime.names.remove(name))


def whereis(name: str) -> Pid | None:
    """The pid registered under `name` on this node."""

    def find() -> Pid | None:
        process = _me().runtime.names.get(name)
        return process.pid if process is not None else None

    return in_process(find)


def registered() -> Any:
    """The names registered on this node, sorted: a list of `str`."""
    return in_process(lambda: _me().runtime.names.all())


def alive(pid: Pid) -> bool:
    """Whether a process of this node has not ended."""
    return in_process(lambda: _local(pid) is not None)


def list() -> Any:
    """The pids of this node's processes, oldest first: a list of `Pid`."""
    return in_process(lambda: [process.pid for process in _me().runtime.processes.values()])
