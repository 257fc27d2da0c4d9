"""Start a server: its `init` runs in its own process while the starter waits for it."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import NORMAL, AlreadyStarted, Crash, ServerDied
from ..runtime.ports import Expired
from ..runtime.process import Process
from ..runtime.signals import ProcessExit
from ..runtime.via import Name, Via
from .directives import Continue, Ignore, Stop
from .shutdown import shut_down

if TYPE_CHECKING:
    from .gen_server import GenServer


def start_server(
    server: GenServer,
    args: tuple[Any, ...],
    starter: Process,
    name: Name | None,
    timeout: float | None,
    *,
    link: bool,
) -> bool:
    """Run `init(*args)` in the server's process, which has been made but never run.

    Args:
        starter: the process that runs now. With `link` it is the server's parent.
        name: registered before `init` runs.
        timeout: seconds that `init` may take; None for as long as it takes.

    Returns:
        Whether it runs: False when `init` returned `Ignore()`. Then the process has ended.

    Raises:
        AlreadyStarted: the name is taken.
        TimeoutError: `init` took too long. It was killed.
        ValueError: it is no name.
        Exception: what `init` raised, or `ServerDied(reason)` when it ended otherwise.
            The process has ended.
    """
    process = server._process
    if name is not None:
        _register(process, name)
    if link:
        process.link(starter)
        process.parent = starter.pid

    process.body = partial(_first_body, server, args, starter)
    process.runtime.ready.append(process)
    try:
        result = starter.wait(process, inf if timeout is None else process.runtime.now() + timeout)
    except Expired:
        process.unlink(starter)
        shut_down(process.pid, "brutal_kill")
        text = f"init of {type(server).__qualname__} had not returned after {timeout} s, and was ended"
        raise TimeoutError(text) from None
    if isinstance(result, Exception):
        raise result
    return not isinstance(result, Ignore)


def _register(process: Process, name: Name) -> None:
    try:
        if isinstance(name, Via):
            name.register_name(process)
        elif (owner := process.runtime.names.add(name, process)) is not None:
            raise AlreadyStarted(owner.pid)
    except BaseException:
        process.runtime.processes.pop(process.number, None)  # it has never run, and nobody knows it
        raise


def _first_body(server: GenServer, args: tuple[Any, ...], starter: Process, process: Process) -> None:
    """Run `init`, tell the starter how it went, and go on as a server."""
    result, end = _run_init(server, args)
    if end is not None:
        # The starter hears of it by what `start` returns or raises; an exit signal as well would end it.
        process.unlink(starter)
        process.doom = end.doom
        process.runtime.end(process, end.doom[0])
        _tell(starter, process, end.news)
        return
    process.body = process.runtime.server_body
    _tell(starter, process, None)
    try:
        server._server_begin(result)
    except ProcessExit as stop:
        process.runtime.end(process, stop.reason)
    else:
        process.runtime.serve(process)


def _tell(starter: Process, process: Process, news: Exception | Ignore | None) -> None:
    if starter.waiting is process:  # else it has given up
        starter.resume(news)


class _End(NamedTuple):
    """A server that ends with its `init`: what the starter is told, and the reason for whoever else is linked."""

    news: Exception | Ignore
    doom: tuple[object]


def _run_init(server: GenServer, args: tuple[Any, ...]) -> tuple[object, _End | None]:
    process = server._process
    if process.doom is not None:
        return None, _ended(process, None)
    try:
        result = server.init(*args)
        if not _is_ok(result):
            raise TypeError(f"init of {type(server).__qualname__} returned {result!r}")
    except ProcessExit as stop:
        return None, _ended(process, stop.reason)
    except Exception as error:
        return None, _End(error, process.doom or (Crash.of(error),))
    except BaseException as error:
        return None, _ended(process, Crash.of(error))
    if isinstance(result, Stop) or process.doom is not None:
        return None, _ended(process, result.reason if isinstance(result, Stop) else None)
    return result, _End(result, (NORMAL,)) if isinstance(result, Ignore) else None


def _is_ok(result: object) -> bool:
    if isinstance(result, (int, float)):
        return not isinstance(result, bool)
    return result is None or isinstance(result, (Continue, Stop, Ignore))


def _ended(process: Process, reason: object) -> _End:
    doom = process.doom or (reason,)
    return _End(ServerDied(doom[0]), doom)
