"""The task's side: the process that runs the function and gives the result to the task's owner.

The result arrives as the message `(ref, value)`, where `ref` is the owner's monitor of the task: once
the owner has taken the monitor back, a late result finds nobody, as by an alias in Erlang.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from ..process import demonitor, monitor, receive, send, spawn_link
from ..runtime.ports import Kind, Target
from ..runtime.process import Process
from ..runtime.signals import ProcessExit
from ..runtime.switch import running
from ..terms import Pid, Ref
from .endings import down_ref


class Go(NamedTuple):
    """The owner has its monitor: the task may run."""

    ref: Ref


def require_callable(fun: object) -> None:
    """Raise a `TypeError` unless `fun` can be called."""
    if not callable(fun):
        raise TypeError(f"a task runs a function, not {fun!r}")


def spawn_task(owner: Pid, fun: Callable[..., object], args: tuple[Any, ...]) -> Pid:
    """Start a task's process, linked to the caller. It runs `fun(*args)` once it was sent its `Go`."""
    return spawn_link(_work, owner, fun, args)


def spawn_plain(fun: Callable[..., object], args: tuple[Any, ...]) -> Pid:
    """Start a process that runs `fun(*args)` for nobody, linked to the caller."""
    return spawn_link(fun, *args)


def begin(pid: Pid) -> Ref:
    """Let a task's process begin, which was started for the caller. Returns the caller's monitor of it."""
    ref = monitor(pid)
    send(pid, Go(ref))
    return ref


def _work(owner: Pid, fun: Callable[..., object], args: tuple[Any, ...]) -> None:
    ref = _await_go(owner)
    value = fun(*args)
    _tell(owner, ref, value)


def _await_go(owner: Pid) -> Ref:
    # An owner on another node may be lost before it can say so: then nobody wants the result.
    watch = monitor(owner)
    message = receive(lambda m: m.__class__ is Go or down_ref(m) == watch)
    if message.__class__ is not Go:
        raise ProcessExit(message[4])
    demonitor(watch, flush=True)
    return message.ref


def _tell(owner: Pid, ref: Ref, value: object) -> None:
    me = running()
    runtime = me.runtime
    if owner.creation != runtime.creation:
        home = Target(owner.node, owner.creation, owner.number)
        runtime.network.post(Kind.RESULT, home, ref.number, me, (ref, value), inf)
    elif (process := runtime.processes.get(owner.number)) is not None and awaits(process, ref):
        runtime.deliver(process, (ref, value))


def awaits(owner: Process, ref: Ref) -> bool:
    """Whether the monitor `ref` still stands, and a result would be welcome."""
    return ref.number in (owner.monitors or ())
