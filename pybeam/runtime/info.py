"""What can be told of a process from outside."""

from __future__ import annotations

import sys
from typing import Any, Literal, TypedDict

from ..terms import Pid
from .far import FarMonitor
from .process import Process

Status = Literal["running", "runnable", "waiting"]


class ProcessInfo(TypedDict):
    """What `process.info` tells; the names are those of Erlang's `process_info`.

    Attributes:
        registered_name: None for none.
        status: `"waiting"` also for one that waits for an answer.
        current_function: of the innermost frame of a process that waits in the middle of something,
            `"module:function:line"`; None for an idle server.
        current_call: whom it waits for the answer of; None when it waits for none.
        message_queue_len: messages that it has not taken.
        links: pids, of this node and others.
        monitors: what it monitors: pids, or `(name, node)`.
        monitored_by: pids.
        trap_exit: whether exit signals come as messages.
        reductions: how often it has run; a measure of how busy it is.
        memory: bytes of the process, its mailbox and the attributes of its server, without what
            these refer to.
    """

    registered_name: str | None
    status: Status
    current_function: str | None
    current_call: object
    message_queue_len: int
    links: list[Pid]
    monitors: list[object]
    monitored_by: list[Pid]
    trap_exit: bool
    reductions: int
    memory: int


def info_of(process: Process, *, is_caller: bool) -> ProcessInfo:
    """See `process.info`."""
    return ProcessInfo(
        registered_name=process.name,
        status="running" if is_caller else "runnable" if process.waiting is None else "waiting",
        current_function=_place(process),
        current_call=_callee(process),
        message_queue_len=len(process.mailbox or ()),
        links=_links(process),
        monitors=_monitors(process),
        monitored_by=_watchers(process),
        trap_exit=process.trap_exit,
        reductions=process.turns,
        memory=_memory(process),
    )


def _place(process: Process) -> str | None:
    frame: Any = process.fiber.gr_frame if process.fiber is not None else None
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pybeam.runtime."):
        frame = frame.f_back
    if frame is None:
        return None
    return f"{frame.f_globals.get('__name__')}:{frame.f_code.co_qualname}:{frame.f_lineno}"


def _callee(process: Process) -> object:
    callee = process.calling
    if not isinstance(process.waiting, int) or callee is None:
        return None
    return callee.pid if isinstance(callee, Process) else callee.who


def _links(process: Process) -> list[Pid]:
    near = sorted((other.pid for other in process.links or ()), key=lambda pid: pid.number)
    far = [pid for pid, link in process.far.links.items() if link.active] if process.far is not None else []
    return near + far


def _monitors(process: Process) -> list[object]:
    found: list[object] = []
    for number, target in (process.monitors or {}).items():
        if isinstance(target, FarMonitor):
            found.append(target.who or target.target.who)
        else:
            found.append((target.watchers or {})[number][2])
    return found


def _watchers(process: Process) -> list[Pid]:
    near = [watcher.pid for watcher, *_ in (process.watchers or {}).values()]
    far = [pid for pid, _ in process.far.watchers] if process.far is not None else []
    return near + far


def _memory(process: Process) -> int:
    attributes = getattr(process.behaviour, "__dict__", None) or {}
    parts = (process, process.mailbox, process.links, process.monitors, process.watchers, process.behaviour)
    return sum(_size(part) for part in (*parts, attributes, *attributes.values()) if part is not None)


def _size(part: object) -> int:
    try:
        return sys.getsizeof(part)
    except Exception:  # its own `__sizeof__` raises
        return 0
