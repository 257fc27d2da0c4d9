"""Processes: start them, send to them, link, monitor and end them.

Everything here works from inside a process and from any thread; a thread is itself a process,
with a pid and a mailbox, that traps exits. Messages, links, monitors and exit signals reach the
processes of every node; `pybeam.node` starts processes on others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, TypeVar, overload

from .errors import ReceiveTimeout
from .runtime.calls import Dest, locate, send
from .runtime.foreign import anywhere, in_process
from .runtime.info import ProcessInfo, info_of
from .runtime.later import cancel_timer, send_after
from .runtime.naming import find, local_process, register, registered, unless_doomed, unregister, whereis
from .runtime.ports import Expired, Target
from .runtime.process import Process
from .runtime.signals import ProcessExit
from .runtime.switch import current, running
from .runtime.via import Via
from .runtime.workers import blocking, run_async
from .terms import Pid, Ref

__all__ = [
    "alive",
    "blocking",
    "cancel_timer",
    "demonitor",
    "exit",
    "flush",
    "info",
    "link",
    "list",
    "monitor",
    "receive",
    "register",
    "registered",
    "run",
    "run_async",
    "self",
    "send",
    "send_after",
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

_MISSING = object()


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
    return in_process(lambda: running().pid)


def spawn(fun: Callable[..., object], *args: Any) -> Pid:
    """Start a process of this node that runs `fun(*args)` and ends with it.

    >>> from pybeam.process import receive, self, send, spawn
    >>> def add_one(reply_to):
    ...     send(reply_to, receive() + 1)
    >>> send(spawn(add_one, self()), 41)
    >>> receive(timeout=1)
    42
    """
    return in_process(lambda: running().runtime.spawn(fun, *args).pid)


def spawn_link(fun: Callable[..., object], *args: Any) -> Pid:
    """`spawn`, linked to the calling process from the start."""
    return in_process(lambda: running().runtime.spawn(fun, *args, link=running()).pid)


def spawn_monitor(fun: Callable[..., object], *args: Any) -> tuple[Pid, Ref]:
    """`spawn`, monitored by the calling process from the start."""
    me = current()
    if me is None:
        return anywhere(spawn_monitor, fun, *args)
    process = me.runtime.spawn(fun, *args)
    pid = process.pid
    return pid, me.monitor(process, pid)


def receive(match: Callable[[Any], object] | None = None, timeout: float | None = None) -> Any:
    """Take the first message in the mailbox for which `match(message)` holds; wait for one.

    Args:
        match: a predicate; None takes any message. The others stay, in their order.
        timeout: seconds; None waits for ever, 0 only looks.

    Raises:
        ReceiveTimeout: none came in time.
    """
    me = current()
    if me is None:
        return anywhere(receive, match, timeout)
    if timeout is None:
        return me.receive(match)
    if not timeout >= 0:
        raise ValueError(f"a timeout is a number of seconds, at least 0, or None, not {timeout!r}")
    return me.receive(match, me.runtime.now() + timeout)


def flush() -> Any:
    """Take all messages out of the mailbox.

    Returns:
        A list of the messages, in the order in which they came.
    """

    def take() -> Any:
        me, taken = running(), []
        with suppress(ReceiveTimeout):  # the last of them may turn out to be unreadable
            while me.mailbox:
                taken.append(me.receive(deadline=me.runtime.now()))
        return taken

    return in_process(take)


def sleep(seconds: float) -> None:
    """Do nothing for `seconds`; other processes go on."""

    def wait() -> None:
        me = running()
        with suppress(Expired):
            me.wait(object(), me.runtime.now() + max(0.0, seconds))

    in_process(wait)


def link(pid: Pid) -> None:
    """Link the calling process and `pid`: when one ends abnormally, so does the other.

    To a pid that has ended: the exit signal `"noproc"` comes at once. When the connection between
    their nodes is lost, each gets the exit signal `"noconnection"`.
    """

    def tie() -> None:
        me, other = running(), find(pid)
        if isinstance(other, Process):
            me.link(other)
        elif other is not None:
            me.runtime.ties.link(me, pid)
        else:
            me.runtime.exit_signal(me, pid, "noproc")
        _leave_if_doomed(me)

    in_process(tie)


def unlink(pid: Pid) -> None:
    """Take the link away. An exit signal of it that has not arrived yet will not come."""

    def untie() -> None:
        me, other = running(), find(pid)
        if isinstance(other, Process):
            me.unlink(other)
        elif other is not None:
            me.runtime.ties.unlink(me, pid)

    in_process(untie)


def monitor(dest: Dest) -> Ref:
    """Watch a process: `("DOWN", ref, "process", who, reason)` comes once, when it ends.

    To nobody: it comes at once, with the reason `"noproc"`; when the node is or gets lost, with
    `"noconnection"`.

    Args:
        dest: a pid, a name, or `(name, node)`; a name stands for the process that has it now.

    Returns:
        The monitor. In its DOWN, `who` is the pid, or `(name, node)` for a monitor by name.
    """

    def watch() -> Ref:
        me = running()
        target = unless_doomed(locate(me.runtime, dest))
        who = (dest, me.runtime.name) if isinstance(dest, str) else dest
        if isinstance(target, Target):
            return me.runtime.ties.monitor(me, target, target.who)
        return me.monitor(target, target.pid if target is not None and isinstance(who, Via) else who)

    return in_process(watch)


def demonitor(ref: Ref, flush: bool = False) -> bool:
    """Take a monitor back; with `flush`, also a DOWN of it that is in the mailbox already.

    Returns:
        Whether the monitor was still there: then no DOWN of it has come, and none will.
    """
    return in_process(lambda: running().demonitor(ref, flush))


@overload
def exit(pid: Pid, reason: object) -> None: ...


@overload
def exit(pid: object) -> NoReturn: ...


def exit(pid: object, reason: object = _MISSING) -> None:
    """Send the exit signal `reason` to `pid`; `"kill"` cannot be trapped.

    To itself: it ends there and then, unless it traps exits. With one argument, which is the reason
    then, the calling process ends in any case, as with Erlang's `exit/1`.
    """
    if reason is _MISSING:
        raise ProcessExit(pid)

    def signal() -> None:
        me, target = running(), find(pid)
        if isinstance(target, Process):
            me.runtime.exit_signal(target, me.pid, reason, by_exit=True)
        elif target is not None:
            assert isinstance(pid, Pid)
            me.runtime.ties.exit(me, pid, reason)
        _leave_if_doomed(me)

    in_process(signal)


def _leave_if_doomed(me: Process) -> None:
    if me.doom is not None:
        raise ProcessExit(me.doom[0])


def trap_exit(flag: bool = True) -> bool:
    """Whether exit signals arrive as messages `("EXIT", pid, reason)` from now on.

    Returns:
        What held before.
    """

    def turn() -> bool:
        me = running()
        before, me.trap_exit = me.trap_exit, flag
        return before

    return in_process(turn)


def alive(pid: Pid) -> bool:
    """Whether a process of this node has not ended."""
    return in_process(lambda: local_process(pid) is not None)


def list() -> Any:
    """The pids of this node's processes, oldest first: a list of `Pid`."""
    return in_process(lambda: [process.pid for process in running().runtime.processes.values()])


def info(pid: Pid | None = None) -> ProcessInfo | None:
    """What a process of this node is doing, whom it is tied to and what it holds.

    Args:
        pid: None for the calling process.

    Returns:
        A dict, see `ProcessInfo`; None when the process has ended.

    Raises:
        ValueError: no pid, or one of another node: `rpc.call(node, "pybeam.process:info", pid)`.

    >>> info()["message_queue_len"]
    0
    """

    def look() -> ProcessInfo | None:
        me = running()
        process = me if pid is None else local_process(pid)
        return info_of(process, is_caller=process is me) if process is not None else None

    return in_process(look)
