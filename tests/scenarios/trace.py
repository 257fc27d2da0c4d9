"""What every twin imports: the trace that it writes, and a few words to say things with.

`trace.exs` has the same words, with the same meaning. Here the words know a server named
`"trace"` on the first node, and nothing of how nodes are made (`stage`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, cast

from pybeam import (
    AlreadyStarted,
    CallTimeout,
    Crash,
    DeadlockError,
    Fail,
    GenServer,
    NodeDown,
    NoProcess,
    Pid,
    ReceiveTimeout,
    Ref,
    Reply,
    ServerDied,
    process,
    rpc,
)
from tests.scenarios.render import Names

PATIENCE = 5.0

NOTHING = "nothing"
"""What `take` gives when no message comes."""


class Stage(Protocol):
    """The other nodes of a scenario."""

    def peers(self, count: int) -> list[str]:
        """The names of so many other nodes, freshly started and connected to the first one."""

    def halt(self, name: str) -> None:
        """The OS process of a node ends, there and then."""

    def restart(self, name: str) -> None:
        """A node that was halted starts anew under its old name, and is connected."""


def say(term: object) -> None:
    """Write one term into the trace."""
    GenServer.call("trace", ("say", term))


def take(seconds: float = PATIENCE) -> Any:
    """The next message, which comes; `"nothing"` when none does."""
    try:
        return process.receive(timeout=seconds)
    except ReceiveTimeout:
        return NOTHING


def more(seconds: float = 0.1) -> Any:
    """`take`, where no message should come: so it is waited for less long."""
    return take(seconds)


def outcome(fun: Callable[[], object]) -> object:
    """What `fun` returns; what it raises in place of an Erlang exit as `("exit", reason)`; else `("raised", what)`."""
    try:
        return fun()
    except Exception as error:
        reason = _exit_reason(error)
        return ("raised", _kind(error)) if reason is None else ("exit", reason)


def _exit_reason(error: Exception) -> object:
    match error:
        case NoProcess():
            return "noproc"
        case NodeDown(node=name):
            return ("nodedown", name)
        case CallTimeout():
            return "timeout"
        case DeadlockError():
            return "calling_self"
        case ServerDied(reason=reason):
            return reason
    return None


def _kind(error: Exception) -> str:
    return "badarg" if isinstance(error, (ValueError, TypeError)) else type(error).__name__


def started(fun: Callable[[], object]) -> object:
    """What a start gives: `("ok", pid)`, or `("error", reason)` for what it raises."""
    try:
        return ("ok", fun())
    except AlreadyStarted as taken:
        return ("error", ("already_started", taken.pid))
    except ServerDied as died:
        return ("error", died.reason)
    except TimeoutError:
        return ("error", "timeout")
    except Exception as error:
        return ("error", Crash.of(error))


def ended(pid: Pid) -> object:
    """Wait until a process has ended; why it did: `"noproc"` when it had ended before."""
    return reason_of(process.monitor(pid))


def end_with(pid: Pid, reason: object) -> object:
    """Send a process an exit signal, and wait until it has ended; why it did."""
    ref = process.monitor(pid)
    process.exit(pid, reason)
    return reason_of(ref)


def fate(fun: Callable[..., object], *args: Any) -> object:
    """Run `fun` in a process of its own, and wait until that has ended; why it did."""
    return reason_of(process.spawn_monitor(fun, *args)[1])


def reason_of(ref: Ref) -> object:
    """The reason in the DOWN message of a monitor, once that has come."""
    try:
        down = process.receive(lambda message: isinstance(message, tuple) and message[:2] == ("DOWN", ref), PATIENCE)
    except ReceiveTimeout:
        return "still_running"
    return down[4]


def settle() -> None:
    """Wait until what is under way has arrived."""
    process.sleep(0.05)


def idle() -> None:
    """What a process runs that only waits to be ended."""
    process.receive(lambda message: False)


def leave(reason: object) -> None:
    """End the calling process with a reason, whether it traps exits or not."""
    process.exit(reason)


def hand_on(pid: Pid) -> None:
    """What a process runs that hands on to `pid` all that it gets. It traps exits."""
    process.trap_exit(True)
    process.send(pid, "ready")
    while True:
        process.send(pid, ("got", process.receive()))


def collect() -> None:
    """What a process runs that keeps all that it gets, until it is asked for it. It traps exits."""
    process.trap_exit(True)
    kept: list[object] = []
    while True:
        match process.receive():
            case ("collected", pid):
                process.send(pid, ("kept", kept))
            case message:
                kept.append(message)


def collected(pid: Pid) -> object:
    """What a process that runs `collect` has got."""
    process.send(pid, ("collected", process.self()))
    return process.receive(lambda message: isinstance(message, tuple) and message[0] == "kept", PATIENCE)[1]


def peers(count: int) -> list[str]:
    """The names of so many other nodes, freshly started and connected to this one."""
    return _stage().peers(count)


def halt(name: str) -> None:
    """The OS process of a node ends, there and then."""
    _stage().halt(name)


def restart(name: str) -> None:
    """A node that was halted starts anew under its old name, and is connected."""
    _stage().restart(name)


def on(name: str, fun: Callable[..., Any], *args: Any) -> Any:
    """Call `fun` on another node, in a process of its own there; what it returns."""
    return rpc.call(name, fun, *args)


def _stage() -> Stage:
    return cast(Stage, GenServer.call("trace", "stage"))


class Trace(GenServer):
    """The server that writes it."""

    def init(self, stage: Stage) -> None:
        self._stage = stage
        self._names = Names()
        self._lines: list[str] = []

    def handle_call(self, request: Any, from_: object) -> Any:
        match request:
            case ("say", term):
                return self._say(term)
            case "stage":
                return Reply(self._stage)
        return list(self._lines)

    def _say(self, term: object) -> object:
        try:
            self._lines.append(self._names.text(term))
        except TypeError as formless:
            return Fail(formless)
        return "ok"
