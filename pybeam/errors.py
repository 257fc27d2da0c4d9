"""Every error that a user can meet, and the exit reasons that travel.

An *exception* is for the caller at hand. An *exit reason* is a value that says why a process
ended; it is sent to whoever is linked to it, monitors it or waits for its answer. The reasons
with a fixed spelling are plain strings and tuples, as in Erlang: `"normal"`, `"shutdown"`,
`("shutdown", term)`, `"kill"` which arrives as `"killed"`, `"noproc"`, `"noconnection"`.
A process that ends by a Python exception has a `Crash` as its reason.
"""

from __future__ import annotations

import pickle
import traceback as _traceback
from collections.abc import Callable
from dataclasses import dataclass

from .terms import Pid

NORMAL = "normal"
SHUTDOWN = "shutdown"
KILL = "kill"
KILLED = "killed"
NOPROC = "noproc"
NOCONNECTION = "noconnection"


class PybeamError(Exception):
    """The base of every exception that pybeam raises of its own."""


class NodeStartError(PybeamError):
    """This node cannot be started; the text says why and what to do."""


class NodeDown(PybeamError):
    """The node cannot be reached, or was lost while the caller waited.

    Whether it acted on what it had is unknown.
    """

    def __init__(self, node: str) -> None:
        super().__init__(node)
        self.node = node

    def __str__(self) -> str:
        return f"node {self.node} cannot be reached"


class NoProcess(PybeamError):
    """No such process: the name is not registered there, or the pid has ended."""

    def __init__(self, server: object) -> None:
        super().__init__(server)
        self.server = server

    def __str__(self) -> str:
        return f"no process {self.server!r}"


class ServerDied(PybeamError):
    """The server ended before it answered.

    Attributes:
        reason: its exit reason; from another node, where that cannot travel, its text.
    """

    def __init__(self, reason: object) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the server ended before it answered: {text_of(self.reason)}"

    def __reduce__(self) -> tuple[object, ...]:
        return ServerDied, (self.reason if travels(self.reason) else text_of(self.reason),)


class DeadlockError(PybeamError):
    """The call can never be answered: the server that is called waits for the caller.

    Attributes:
        cycle: who waits for whom, from the caller on: pids, or `(name, node)`; empty where a server
            calls itself.
    """

    def __init__(self, server: object, cycle: tuple[object, ...] = ()) -> None:
        super().__init__(server, cycle)
        self.server = server
        self.cycle = cycle

    def __str__(self) -> str:
        if not self.cycle:
            return f"{self.server!r} calls itself: nobody would be left to answer"
        way = " -> ".join(map(repr, (*self.cycle, self.cycle[0])))
        return f"each waits for the next to answer, so none ever will: {way}"


class CallTimeout(PybeamError, TimeoutError):
    """No answer in time. The request may still be, or have been, carried out."""

    def __init__(self, server: object, seconds: float) -> None:
        super().__init__(server, seconds)
        self.server = server
        self.seconds = seconds

    def __str__(self) -> str:
        return f"no answer from {self.server!r} within {self.seconds} s; the request may still be carried out"


class ReceiveTimeout(PybeamError, TimeoutError):
    """No matching message came within the time given to `receive`."""


class AlreadyStarted(PybeamError):
    """The name is taken by a live process.

    Attributes:
        pid: of the process that has the name.
    """

    def __init__(self, pid: Pid) -> None:
        super().__init__(pid)
        self.pid = pid

    def __str__(self) -> str:
        return f"already started as {self.pid}"


class TooManyChildren(PybeamError):
    """The supervisor has as many children as its `max_children` allows.

    Attributes:
        limit: how many that is.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return f"the supervisor has {self.limit} children already, as many as its max_children allows"


class RemoteError(PybeamError):
    """Something on the other side that cannot travel: an exception or a result.

    Attributes:
        text: what it was, with the remote traceback where there is one.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class CookieError(PybeamError):
    """The cookie cannot be used: too short, unreadable, or readable by others."""


class CodeError(PybeamError):
    """A module was loaded nowhere, and nothing was changed.

    Attributes:
        module: its name.
        failures: why, by the node's name: an exception, a `Crash`, `"nodedown"` or `"timeout"`.
    """

    def __init__(self, module: str, failures: dict[str, object]) -> None:
        super().__init__(module, failures)
        self.module = module
        self.failures = failures

    def __str__(self) -> str:
        told = (f"{node}: {self._why(reason)}" for node, reason in self.failures.items())
        return f"{self.module} was loaded nowhere: {'; '.join(told)}"

    def _why(self, reason: object) -> str:
        if isinstance(reason, AlreadyStarted):
            return "another load is under way there: try again"
        return f"{type(reason).__name__}: {text_of(reason)}" if isinstance(reason, Exception) else text_of(reason)


class Stopped(PybeamError):
    """Nobody will carry the call out: the node was stopped meanwhile, the process of the calling
    thread was ended, or this is the child of a fork, which a node does not survive."""


@dataclass(frozen=True)
class BadRpc:
    """What `rpc.multicall` and `rpc_call` give in place of a result.

    Attributes:
        reason: `"nodedown"`, `"timeout"`, or the exception.
    """

    reason: object

    def __repr__(self) -> str:
        return f"BadRpc({self.reason!r})"


@dataclass(frozen=True)
class Crash:
    """The exit reason of a process that ended by a Python exception. It always travels.

    Attributes:
        kind: the exception's class name, with its module where that is not `builtins`.
        message: its text.
        traceback: the formatted traceback.
        exception: the exception itself, or None where it could not travel.
    """

    kind: str
    message: str
    traceback: str
    exception: BaseException | None = None

    @classmethod
    def of(cls, error: BaseException) -> Crash:
        kind = type(error)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        return cls(name, text_of(error), traceback_of(error), error)

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind

    def __repr__(self) -> str:
        return f"Crash({str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        exception = self.exception if self.exception is not None and travels(self.exception) else None
        return Crash, (self.kind, self.message, self.traceback, exception)


def travels(value: object) -> bool:
    """Whether `value` survives pickling and unpickling, tried out.

    An exception with an extra `__init__` argument pickles well and then fails to load, so
    only the round trip tells. Whatever it raises, SystemExit included, means no.
    """
    return _survives(value, pickle.dumps) or _survives(value, _dump_freely)


def _survives(value: object, dump: Callable[[object], bytes]) -> bool:
    try:
        pickle.loads(dump(value))
    except BaseException:
        return False
    return True


def _dump_freely(value: object) -> bytes:
    # For an exception whose class came along with the function that raised it.
    import cloudpickle  # late: it takes longer to import than most programs need it

    return cloudpickle.dumps(value)  # type: ignore[no-any-return]  # it is untyped


def text_of(value: object) -> str:
    """The text of an exception or an exit reason, even of one whose `__str__` raises."""
    try:
        return str.__str__(str(value))  # of the plain class: one of its own might refuse to travel
    except BaseException as worse:
        return f"<its text cannot be made: {type(worse).__name__}>"


def traceback_of(error: BaseException) -> str:
    """The formatted traceback of an exception, even of one that cannot be formatted."""
    try:
        return "".join(_traceback.format_exception(error))
    except BaseException:
        return f"{type(error).__qualname__} (its traceback cannot be formatted)"
