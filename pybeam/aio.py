"""Awaitable twins of pybeam's calls, for programs that run on asyncio.

A task that awaits one of these is a process, from then until it ends: with a pid, a mailbox, links
and monitors of its own. The node does the work while the event loop goes on. A cancelled call leaves
nothing behind, and a cancelled `receive` no gap in the mailbox.

    >>> import asyncio
    >>> from pybeam import aio, node
    >>> async def main():
    ...     return await asyncio.gather(*(aio.rpc(node.self(), "operator:add", n, 1) for n in range(3)))
    >>> asyncio.run(main())
    [1, 2, 3]
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from . import node, process
from . import rpc as _rpc
from .runtime import calls
from .runtime.awaited import task_courier
from .runtime.calls import Dest
from .runtime.process import Process
from .terms import Pid, Ref

__all__ = [
    "call",
    "cast",
    "connect",
    "demonitor",
    "exit",
    "flush",
    "link",
    "monitor",
    "multicall",
    "ping",
    "receive",
    "rpc",
    "rpc_call",
    "run",
    "self",
    "send",
    "spawn",
    "spawn_link",
    "spawn_monitor",
    "unlink",
]

T = TypeVar("T")


async def run(fun: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
    """Run `fun(*args, **kwargs)`, plain blocking code, as this task's process on the node.

    For whatever has no twin here, and for several calls at the price of one crossing:
    `await aio.run(GenServer.start, Counter)`. It holds up every process of the node while it
    computes, as any process does.
    """
    return await task_courier().run(partial(fun, *args, **kwargs))


# ---------------------------------------------------------------------- servers and nodes


async def call(server: Dest, request: object, timeout: float | None = 5.0) -> Any:
    """`GenServer.call`: its arguments, its reply, its errors."""
    return await run(calls.call, server, request, timeout)


async def cast(server: Dest, message: object) -> None:
    """`GenServer.cast`."""
    await run(calls.cast, server, message)


async def ping(name: str) -> str:
    """`node.ping`."""
    return await run(node.ping, name)


async def connect(name: str) -> bool:
    """`node.connect`."""
    return await run(node.connect, name)


async def rpc(name: str, fun: _rpc.Fun, /, *args: Any, **options: Any) -> Any:
    """`rpc.call`, with its `timeout` and `blocking` among the options."""
    return await run(_rpc.call, name, fun, *args, **options)


async def rpc_call(name: str, fun: _rpc.Fun, /, *args: Any) -> Any:
    """`rpc_call`: the result or a `BadRpc`, never an exception."""
    return await run(_rpc.rpc_call, name, fun, *args)


async def multicall(names: Sequence[str], fun: _rpc.Fun, /, *args: Any, **options: Any) -> list[Any]:
    """`rpc.multicall`."""
    return await run(_rpc.multicall, names, fun, *args, **options)


# ---------------------------------------------------------------------- this task as a process


async def self() -> Pid:
    """The pid of this task."""
    return await run(process.self)


async def send(dest: Dest, message: object) -> None:
    """`process.send`."""
    await run(process.send, dest, message)


async def receive(match: Callable[[Any], object] | None = None, timeout: float | None = None) -> Any:
    """`process.receive`: takes the first message sent to this task for which `match` holds.

    Where it is cancelled the message stays in the mailbox, in its place. `match` runs on the
    node's thread.

    >>> import asyncio
    >>> from pybeam import aio
    >>> async def main():
    ...     await aio.send(await aio.self(), "hello")
    ...     return await aio.receive(timeout=1)
    >>> asyncio.run(main())
    'hello'
    """
    taking = _Taking(match)
    return await task_courier().run(lambda: taking.take(timeout), taking.put_back)


async def flush() -> list[Any]:
    """`process.flush`."""
    return await run(process.flush)


async def spawn(fun: Callable[..., object], *args: Any) -> Pid:
    """`process.spawn`."""
    return await run(process.spawn, fun, *args)


async def spawn_link(fun: Callable[..., object], *args: Any) -> Pid:
    """`process.spawn_link`: the process ends with this task, unless the task just returns."""
    return await run(process.spawn_link, fun, *args)


async def spawn_monitor(fun: Callable[..., object], *args: Any) -> tuple[Pid, Ref]:
    """`process.spawn_monitor`."""
    return await run(process.spawn_monitor, fun, *args)


async def link(pid: Pid) -> None:
    """`process.link`. A task traps exits: the end of `pid` comes as a message `("EXIT", pid, reason)`.

    `pid` gets an exit signal when the task ends: `"normal"` when it returned, `"shutdown"` when it
    was cancelled, a `Crash` when it raised.
    """
    await run(process.link, pid)


async def unlink(pid: Pid) -> None:
    """`process.unlink`."""
    await run(process.unlink, pid)


async def monitor(dest: Dest) -> Ref:
    """`process.monitor`."""
    return await run(process.monitor, dest)


async def demonitor(ref: Ref, flush: bool = False) -> bool:
    """`process.demonitor`."""
    return await run(process.demonitor, ref, flush)


async def exit(pid: Pid, reason: object) -> None:
    """`process.exit`."""
    await run(process.exit, pid, reason)


class _Taking:
    """One `receive`, that knows from which place it took its message."""

    def __init__(self, match: Callable[[Any], object] | None) -> None:
        self._match = match
        self._passed = 0

    def take(self, timeout: float | None) -> Any:
        return process.receive(self._fits, timeout)

    def _fits(self, message: object) -> bool:
        fits = self._match is None or bool(self._match(message))
        self._passed += not fits
        return fits

    def put_back(self, owner: Process, message: object) -> None:
        if owner.mailbox is None:
            owner.mailbox = deque()
        owner.mailbox.insert(self._passed, message)
