"""The owner's side of a task: take its result, or the reason of its end, out of the mailbox.

Whatever the outcome, nothing of the task stays in the mailbox once it has been taken or given up.
"""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from math import inf
from typing import Any, Literal

from ..errors import KILL, NOCONNECTION, NOPROC, SHUTDOWN, Crash, NodeDown, ReceiveTimeout, RemoteError, ServerDied
from ..process import exit, monitor, unlink
from ..runtime.process import Process
from ..runtime.signals import ProcessExit
from ..terms import Pid, Ref
from .deadline import deadline_of
from .endings import down_ref, exit_pid, is_word

Outcome = tuple[Literal["ok", "exit"], Any]
"""`("ok", value)`, or `("exit", reason)` of a task that ended without a result."""


def take(me: Process, refs: Container[Ref], deadline: float) -> tuple[Ref, Outcome] | None:
    """Wait for the next outcome of one of the tasks `refs`; None when none comes before `deadline`."""
    try:
        message: Any = me.receive(lambda m: outcome_ref(m) in refs, deadline)
    except ReceiveTimeout:
        return None
    if me.doom is not None:  # a crash sends the news first, and then ends who is linked: no `except` is to see it
        raise ProcessExit(me.doom[0])
    if len(message) == 2:
        me.demonitor(message[0], flush=True)
        return message[0], ("ok", message[1])
    return message[1], ("exit", message[4])


def outcome_ref(message: Any) -> Ref | None:
    """Which task's outcome a message is, if it is one: `(ref, value)`, or a DOWN."""
    if message.__class__ is tuple and len(message) == 2:
        ref = message[0]
        return ref if ref.__class__ is Ref else None
    return down_ref(message)


def give_up(me: Process, ref: Ref) -> Outcome | None:
    """Await a task no longer. The outcome, if it is there already; a later one finds nobody."""
    taken = take(me, {ref}, me.runtime.now())
    me.demonitor(ref, flush=True)
    return taken[1] if taken is not None else None


def value_of(outcome: Outcome, pid: Pid | None) -> Any:
    """What `await_` returns for an outcome.

    Raises:
        BaseException: what the task's function raised.
        NodeDown, RemoteError, ServerDied: see `Task.await_`.
    """
    kind, what = outcome
    if kind == "ok":
        return what
    if isinstance(what, Crash):
        raise _as_raised(what, pid)
    if is_word(what, NOCONNECTION) and pid is not None:
        raise NodeDown(pid.node)
    raise ServerDied(what)


def _as_raised(crash: Crash, pid: Pid | None) -> BaseException:
    error = crash.exception
    if error is None:
        return RemoteError(f"an exception that cannot travel:\n{crash.traceback}")
    if error.__traceback__ is None:  # it came from another node, without it
        error.add_note(f"In the task {pid}:\n{crash.traceback}")
    return error


def shut_down_task(me: Process, pid: Pid, ref: Ref, limit: float | Literal["brutal_kill"] | None) -> Outcome | None:
    """See `Task.shutdown`."""
    brutal = limit == "brutal_kill"
    deadline = inf if limit == "brutal_kill" else deadline_of(me.runtime, limit)
    unlink_quietly(me, pid)
    watch = monitor(pid)
    exit(pid, KILL if brutal else SHUTDOWN)
    down, expected = take(me, {watch}, deadline), "killed" if brutal else SHUTDOWN
    if down is None:
        exit(pid, KILL)
        down = take(me, {watch}, inf)
    assert down is not None
    reason = down[1][1]
    outcome = give_up(me, ref)
    if outcome is not None and (outcome[0] == "ok" or is_word(reason, NOPROC)):
        return outcome
    if is_word(reason, NOCONNECTION):
        raise NodeDown(pid.node)
    return None if is_word(reason, expected) else ("exit", reason)


def unlink_quietly(me: Process, pid: Pid) -> None:
    """Take the link to `pid` away, and an EXIT that has come by it."""
    unlink(pid)
    with suppress(ReceiveTimeout):
        me.receive(lambda m: exit_pid(m) == pid, me.runtime.now())
