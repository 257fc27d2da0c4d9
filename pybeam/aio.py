"""Awaitable twins of pybeam's calls, for programs that run on asyncio.

Each runs in a process of its own on the node's scheduler, while the event loop goes on. A cancelled
one ends its process, so it leaves no open call behind.

    >>> import asyncio
    >>> from pybeam import aio, node
    >>> async def main():
    ...     return await asyncio.gather(*(aio.rpc(node.self(), "operator:add", n, 1) for n in range(3)))
    >>> asyncio.run(main())
    [1, 2, 3]
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from . import node
from . import rpc as _rpc
from .errors import KILL, Stopped
from .runtime import calls
from .runtime.calls import Dest
from .runtime.foreign import Job, default_host
from .runtime.process import Process
from .runtime.signals import ProcessExit

T = TypeVar("T")


async def call(server: Dest, request: object, timeout: float | None = 5.0) -> Any:
    """`GenServer.call`: its arguments, its reply, its errors."""
    return await _in_process(calls.call, server, request, timeout)


async def cast(server: Dest, message: object) -> None:
    """`GenServer.cast`."""
    await _in_process(calls.cast, server, message)


async def send(dest: Dest, message: object) -> None:
    """`pybeam.send`."""
    await _in_process(calls.send, dest, message)


async def ping(name: str) -> str:
    """`node.ping`."""
    return await _in_process(node.ping, name)


async def connect(name: str) -> bool:
    """`node.connect`."""
    return await _in_process(node.connect, name)


async def rpc(name: str, fun: _rpc.Fun, /, *args: Any, **options: Any) -> Any:
    """`rpc.call`, with its `timeout` and `blocking` among the options."""
    return await _in_process(_rpc.call, name, fun, *args, **options)


async def rpc_call(name: str, fun: _rpc.Fun, /, *args: Any) -> Any:
    """`rpc_call`: the result or a `BadRpc`, never an exception."""
    return await _in_process(_rpc.rpc_call, name, fun, *args)


async def multicall(names: Sequence[str], fun: _rpc.Fun, /, *args: Any, **options: Any) -> list[Any]:
    """`rpc.multicall`."""
    return await _in_process(_rpc.multicall, names, fun, *args, **options)


class _Errand(Job):
    """A job that is awaited: its end reaches the event loop."""

    __slots__ = ("_future", "_loop")

    def __init__(self, task: Callable[[], object], future: asyncio.Future[Any]) -> None:
        super().__init__(task)
        self._future = future
        self._loop = future.get_loop()

    def finish(self) -> None:
        self.over = True
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        if self._future.done():
            return
        if isinstance(self.error, ProcessExit):
            self._future.set_exception(Stopped("the node was stopped"))
        elif isinstance(self.error, StopIteration):  # which no future takes
            self._future.set_exception(RuntimeError(f"the call raised {self.error!r}"))
        elif self.error is not None:
            self._future.set_exception(self.error)
        else:
            self._future.set_result(self.result)


async def _in_process(fun: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    host = default_host()
    runtime = host.runtime
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    errand = _Errand(partial(fun, *args, **kwargs), future)
    host.admit(errand)
    started: list[Process] = []

    def give_up() -> None:
        errand.given_up = True
        for process in started:
            runtime.exit_signal(process, runtime.pid_of(0), KILL, by_exit=True)

    runtime.call_soon(lambda: started.append(runtime.spawn(errand.run)))
    try:
        return await future
    except asyncio.CancelledError:
        runtime.call_soon(give_up)
        raise
    finally:
        host.jobs.discard(errand)
