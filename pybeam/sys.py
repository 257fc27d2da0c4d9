"""Look into a running server, of this node or another, and hold it: OTP's `sys`.

Works on every GenServer, and so on every Supervisor, Agent, Application root and so on. Each request waits
its turn in the server's mailbox and is carried out between two callbacks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from .errors import PybeamError
from .otp.system import SystemRequest, Text, Told
from .otp.watch import Statistics
from .runtime.calls import Dest, call
from .terms import Pid

__all__ = [
    "Statistics",
    "Text",
    "get_state",
    "get_status",
    "log",
    "replace_state",
    "resume",
    "statistics",
    "suspend",
    "terminate",
    "trace",
]


def get_state(server: Dest, timeout: float | None = 5.0) -> Any:
    """The state of a server: a dict of its attributes.

    Args:
        server: a pid, a name, or `(name, node)`.
        timeout: seconds; None waits for ever.

    Returns:
        A new dict; the values in it are the server's own where it lives on this node, and copies
        otherwise. From another node an attribute that cannot be pickled comes as a `Text` that
        shows its `repr`. A server with a method `system_get_state` tells its state in its own way.

    Raises:
        NoProcess, NodeDown, CallTimeout, ServerDied, DeadlockError, ValueError: as for `GenServer.call`.
        PybeamError: it takes no system requests.

    >>> from pybeam import GenServer
    >>> class Counter(GenServer):
    ...     def init(self, start):
    ...         self.n = start
    >>> pid = GenServer.start(Counter, 41)
    >>> get_state(pid)
    {'n': 41}
    """
    return _ask(server, timeout, "get_state")


def replace_state(server: Dest, fun: Callable[[Any], Any], timeout: float | None = 5.0) -> Any:
    """Give a server another state: `fun` gets its attributes as a dict and returns what they are to be.

    `fun` runs in the server's process. If it raises, nothing is changed, and it is raised here. The
    values in its dict are the server's own: make new ones rather than change them.

    Args: as for `get_state`; for a server of another node `fun` is a callable that pickles.

    Returns:
        The new state.

    Raises:
        TypeError: `fun` cannot be called, or returned no dict of attributes.
        Exception: what `fun` raised; and as for `get_state`.

    >>> from pybeam import GenServer
    >>> class Counter(GenServer):
    ...     def init(self, start):
    ...         self.n = start
    >>> pid = GenServer.start(Counter, 41)
    >>> replace_state(pid, lambda state: state | {"n": state["n"] + 1})
    {'n': 42}
    """
    if not callable(fun):
        raise TypeError(f"replace_state takes a function of the state, not {fun!r}")
    return _ask(server, timeout, "replace_state", fun)


def get_status(server: Dest, timeout: float | None = 5.0) -> dict[str, Any]:
    """What a server is, how it is and what it holds.

    Returns:
        A dict: `pid`, `name`, `class`, `status` (`"running"` or `"suspended"`), `parent`,
        `messages_waiting`, `state` and, where `log` is on, `log`.

    Raises: as for `get_state`.
    """
    return cast(dict[str, Any], _ask(server, timeout, "get_status"))


def suspend(server: Dest, timeout: float | None = 5.0) -> None:
    """Have a server take nothing but system requests; all else waits in its order until `resume`.

    A suspended server can be stopped, and ends with its parent. Suspended twice, it is resumed by one
    `resume`.

    Raises: as for `get_state`.
    """
    _ask(server, timeout, "suspend")


def resume(server: Dest, timeout: float | None = 5.0) -> None:
    """Have a suspended server go on. Harmless where it is not suspended.

    Raises: as for `get_state`.
    """
    _ask(server, timeout, "resume")


def trace(server: Dest, flag: bool = True, to: Pid | None = None, timeout: float | None = 5.0) -> None:
    """Show each event of a server from now on, or no more.

    An event is `("in", message)`, where the message is `("$gen_call", from_, request)` for a call and
    `("$gen_cast", message)` for a cast; or `("out", reply, to)`, with the caller's pid.

    Args:
        to: gets `("trace", pid, event)` for each. None prints them on the server's node.

    Raises:
        TypeError: `flag` is no bool, or `to` no pid; and as for `get_state`.
    """
    if not isinstance(flag, bool):
        raise TypeError(f"trace takes True or False, not {flag!r}")
    if to is not None and not isinstance(to, Pid):
        raise TypeError(f"a trace goes to a Pid, or None to print it, not to {to!r}")
    _ask(server, timeout, "trace", flag, to)


def statistics(server: Dest, flag: bool | str, timeout: float | None = 5.0) -> Statistics | None:
    """Count the events of a server from now on, or no more; for `"get"`, tell what was counted.

    Returns:
        For `"get"` the `Statistics`, or None where nobody counts; else None.

    Raises:
        ValueError: `flag` is none of these; and as for `get_state`.

    >>> from pybeam import GenServer
    >>> class Echo(GenServer):
    ...     def handle_call(self, request, from_):
    ...         return request
    >>> pid = GenServer.start(Echo)
    >>> statistics(pid, True)
    >>> GenServer.call(pid, "hello")
    'hello'
    >>> counted = statistics(pid, "get")
    >>> counted.messages_in, counted.messages_out
    (1, 1)
    """
    _require(flag, "statistics", isinstance(flag, bool))
    return cast(Statistics | None, _ask(server, timeout, "statistics", flag))


def log(server: Dest, flag: bool | int | str = "get", timeout: float | None = 5.0) -> list[Any] | None:
    """Have a server keep its last events (True: 10, or a number), or no more; for `"get"`, tell them.

    Returns:
        For `"get"` the events, oldest first, or None where none are kept; else None.

    Raises:
        ValueError: `flag` is none of these; and as for `get_state`.
    """
    _require(flag, "log", isinstance(flag, int) and flag >= 0)
    return cast(list[Any] | None, _ask(server, timeout, "log", flag))


def terminate(server: Dest, reason: object, timeout: float | None = 5.0) -> None:
    """Order a server to end with `reason`, after its `terminate`; does not wait for that.

    Raises: as for `get_state`.
    """
    _ask(server, timeout, "terminate", reason)


def _require(flag: object, name: str, is_right: bool) -> None:
    if not is_right and not (isinstance(flag, str) and flag == "get"):
        number = ", a number from 0 on" if name == "log" else ""
        raise ValueError(f"{name} takes True, False{number} or 'get', not {flag!r}")


def _ask(server: Dest, timeout: float | None, act: str, *args: object) -> object:
    told = call(server, SystemRequest(act, *args), timeout)
    if not isinstance(told, Told):
        raise PybeamError(f"{server!r} takes no system requests: it is no GenServer")
    return told.value
