"""What a server does when it is asked by `pybeam.sys`: the server's side of OTP's `sys`.

A system request comes as a call, in its turn among the others, and is carried out between two callbacks:
there a server's state is whole. A suspended server waits here, inside the request that suspended it,
and takes nothing but system requests out of its mailbox; all else stays there in its order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Crash, RemoteError, traceback_of, travels
from ..runtime.answers import answer, fail
from ..runtime.reports import is_of_the_runtime, state_of
from ..runtime.signals import Call, From, ProcessExit
from ..shown import shown
from ..terms import Pid
from .watch import Watch

if TYPE_CHECKING:
    from .gen_server import GenServer


class SystemRequest:
    """One request to the system side of a server; it travels.

    Attributes:
        act: what it is to do, one of `ACTS`.
        args: for that.
    """

    __slots__ = ("act", "args")

    def __init__(self, act: str, *args: object) -> None:
        self.act = act
        self.args = args

    def __reduce__(self) -> tuple[Any, ...]:
        return SystemRequest, (self.act, *self.args)

    def __repr__(self) -> str:
        return f"<system request {self.act}>"


class Told(NamedTuple):
    """The answer to a system request, which no other answer looks like."""

    value: object


class Text:
    """In the place of a value that cannot travel: its `repr`."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[type[Text], tuple[str]]:
        return Text, (self.text,)


def is_system(message: object) -> bool:
    """Whether a message is a system request."""
    return isinstance(message, Call) and message.request.__class__ is SystemRequest


def obey(server: GenServer, request: SystemRequest, from_: From) -> None:
    """Carry a system request out, and answer it.

    Raises:
        ProcessExit: it ends the server.
    """
    _carry_out(server, request, from_, "running")
    if request.act == "suspend":
        server._server_hold_timeout()
        _stay_suspended(server)
    server._server_renew_timeout()


def _stay_suspended(server: GenServer) -> None:
    process = server._process
    while True:
        message = process.receive(
            lambda message: is_system(message) or (process.trap_exit and server._server_is_parents_exit(message))
        )
        if not isinstance(message, Call):
            raise ProcessExit(message[2])  # type: ignore[index]  # the parent's exit signal
        request: Any = message.request
        _carry_out(server, request, message.from_, "suspended")
        if request.act == "resume":
            return


def _carry_out(server: GenServer, request: SystemRequest, from_: From, status: str) -> None:
    runtime = server._process.runtime
    if request.act == "stop":
        raise ProcessExit(*request.args)
    try:
        if request.act not in ACTS:
            raise ValueError(f"{runtime.name} knows no system request {request.act!r}")
        is_far = from_.pid.creation != runtime.creation
        told = ACTS[request.act](Desk(server, status, is_far), *request.args)
    except ProcessExit:
        raise
    except BaseException as error:
        fail(runtime, from_, _portable(error, from_, runtime.creation))
        return
    answer(runtime, from_, Told(told))
    if request.act == "terminate":
        raise ProcessExit(*request.args)


def _portable(error: BaseException, from_: From, creation: int) -> Exception:
    if isinstance(error, Exception) and (from_.pid.creation == creation or travels(error)):
        return error
    return RemoteError(f"an exception that cannot travel:\n{traceback_of(error)}")


class Desk(NamedTuple):
    """Where one system request is dealt with: the server, how it is, and whether who asks is elsewhere."""

    server: GenServer
    status: str
    is_far: bool

    def get_state(self) -> object:
        state = _own(self.server, "system_get_state", lambda: state_of(self.server))()
        return portable(state) if self.is_far else state

    def replace_state(self, fun: Callable[[Any], Any]) -> object:
        _own(self.server, "system_replace_state", self._put)(fun)
        return self.get_state()

    def _put(self, fun: Callable[[Any], Any]) -> None:
        fresh = fun(state_of(self.server))
        if not isinstance(fresh, dict) or not all(isinstance(name, str) for name in fresh):
            raise TypeError(f"the function of replace_state returns a dict of attributes, not {shown(fresh, 200)}")
        mine = vars(self.server)
        kept = {name: value for name, value in mine.items() if is_of_the_runtime(self.server, name)}
        if taken := [name for name in fresh if is_of_the_runtime(self.server, name)]:
            raise ValueError(f"no state of yours: {', '.join(taken)}")
        mine.clear()
        mine.update(kept | fresh)

    def get_status(self) -> dict[str, object]:
        process = self.server._process
        kind = type(self.server)
        return {
            "pid": process.pid,
            "name": process.name,
            "class": f"{kind.__module__}:{kind.__qualname__}",
            "status": self.status,
            "parent": process.parent,
            "messages_waiting": len(process.mailbox or ()),
            "state": self.get_state(),
            "log": self.log("get"),
        }

    def trace(self, flag: bool, to: Pid | None) -> None:
        Watch.of(self.server).trace(flag, to)

    def statistics(self, flag: object) -> object:
        return Watch.of(self.server).statistics(flag)

    def log(self, flag: object) -> object:
        events = Watch.of(self.server).log(flag)
        return [portable(event) for event in events] if self.is_far and events else events

    def change_code(self, change: Callable[[GenServer], Crash | None]) -> None:
        """Of `pybeam.code`, on this node: gives the server the new class."""
        change(self.server)

    def nothing(self, *_: object) -> None:
        """What was asked for is done by whoever looks at the request next."""


ACTS: dict[str, Callable[..., object]] = {
    "get_state": Desk.get_state,
    "replace_state": Desk.replace_state,
    "get_status": Desk.get_status,
    "trace": Desk.trace,
    "statistics": Desk.statistics,
    "log": Desk.log,
    "change_code": Desk.change_code,
    "suspend": Desk.nothing,
    "resume": Desk.nothing,
    "terminate": Desk.nothing,
}


def portable(state: object) -> object:
    """A state that travels: in the place of each part that does not, its text."""
    if travels(state):
        return state
    if isinstance(state, dict):
        return {name: value if travels(value) else Text(shown(value)) for name, value in state.items()}
    if isinstance(state, tuple):
        return tuple(value if travels(value) else Text(shown(value)) for value in state)
    return Text(shown(state))


def _own(server: GenServer, name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
    """The server's own way, if it has one: for one whose state is not its attributes, as an `Agent`."""
    found: Callable[..., Any] | None = getattr(server, name, None)
    return found if found is not None else usual
