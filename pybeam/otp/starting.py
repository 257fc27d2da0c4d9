"""Start a server: its `init` runs in its own process while the starter waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import AlreadyStarted, Crash, ServerDied
from ..runtime.process import Process
from ..runtime.signals import ProcessExit
from .directives import Continue, Stop

if TYPE_CHECKING:
    from .gen_server import GenServer


def start_server(server: GenServer, args: tuple[Any, ...], starter: Process, name: str | None, *, link: bool) -> None:
    """Run `init(*args)` in the server's process, which has been made but never run.

    Args:
        starter: the process that runs now. With `link` it is the server's parent.
        name: registered before `init` runs.

    Raises:
        AlreadyStarted: the name is taken.
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

    def begin(resume: Callable[[object], None]) -> None:
        process.body = lambda process: _first_body(server, args, starter, resume)
        process.runtime.ready.append(process)

    error = starter.suspend(begin)
    if isinstance(error, Exception):
        raise error


def _register(process: Process, name: str) -> None:
    try:
        owner = process.runtime.names.add(name, process)
    except ValueError:
        del process.runtime.processes[process.number]
        raise
    if owner is not None:
        del process.runtime.processes[process.number]
        raise AlreadyStarted(owner.pid)


def _first_body(server: GenServer, args: tuple[Any, ...], starter: Process, tell: Callable[[object], None]) -> None:
    """Run `init`, tell the starter how it went, and go on as a server."""
    process = server._process
    result, failure = _run_init(server, args)
    if failure is not None:
        # The starter hears of it by the exception; an exit signal as well would end it.
        process.unlink(starter)
        process.doom = failure.doom
        process.runtime.end(process, failure.doom[0])
        tell(failure.error)
        return
    process.body = process.runtime.serve
    tell(None)
    try:
        server._begin(result)
    except ProcessExit as stop:
        process.runtime.end(process, stop.reason)
    else:
        process.runtime.serve(process)


class _Failure(NamedTuple):
    """What became of `init`: the error for the starter, and the reason for whoever else is linked."""

    error: Exception
    doom: tuple[object]


def _run_init(server: GenServer, args: tuple[Any, ...]) -> tuple[object, _Failure | None]:
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
        return None, _Failure(error, process.doom or (Crash.of(error),))
    except BaseException as error:
        return None, _ended(process, Crash.of(error))
    if isinstance(result, Stop) or process.doom is not None:
        return None, _ended(process, result.reason if isinstance(result, Stop) else None)
    return result, None


def _is_ok(result: object) -> bool:
    if isinstance(result, (int, float)):
        return not isinstance(result, bool)
    return result is None or isinstance(result, (Continue, Stop))


def _ended(process: Process, reason: object) -> _Failure:
    doom = process.doom or (reason,)
    return _Failure(ServerDied(doom[0]), doom)
