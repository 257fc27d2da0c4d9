"""Events of one server for who debugs it: traced, counted, kept. Follows OTP's `sys` and its debug options.

While somebody watches, the callbacks of that one server go by way of its `Watch`; no other server, and
none that nobody watches, pays for it.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..runtime.calls import send
from ..runtime.signals import From, ProcessExit
from ..shown import shown
from ..terms import Pid
from .directives import Fail, Forward, NoReply, Reply, Stop

if TYPE_CHECKING:
    from .gen_server import GenServer

Event = tuple[Any, ...]
"""`("in", message)`, the message as in Erlang `("$gen_call", from_, request)` for a call and
`("$gen_cast", message)` for a cast; or `("out", reply, to)` with the caller's pid."""

KEPT = 10
"""Events that `log` keeps where nobody says how many."""

CALLBACKS = ("handle_call", "handle_cast", "handle_info")


class Statistics(NamedTuple):
    """What `sys.statistics` tells.

    Attributes:
        start_time, current_time: seconds on the clock of the server's node, which no wall-clock jump moves.
        messages_in: calls, casts and other messages since `start_time`.
        messages_out: replies that callbacks have returned.
        reductions: how often the server's process has run.
    """

    start_time: float
    current_time: float
    messages_in: int
    messages_out: int
    reductions: int


class Watch:
    """Who watches one server, and what they have seen."""

    def __init__(self, server: GenServer) -> None:
        self._server = server
        self._traces = False
        self._to: Pid | None = None
        self._since: tuple[float, int] | None = None
        self._counts = {"in": 0, "out": 0}
        self._kept: deque[Event] | None = None

    @staticmethod
    def of(server: GenServer) -> Watch:
        """The watch of a server; a new one, which nobody uses yet, where it has none."""
        return server._server_watch or Watch(server)

    def trace(self, flag: bool, to: Pid | None) -> None:
        """Show each event from now on, or no more."""
        self._traces, self._to = flag, to
        self._install()

    def statistics(self, flag: object) -> Statistics | None:
        """Count from now on, or no more; for `"get"`, what has been counted."""
        process = self._server._process
        now = process.runtime.now()
        if flag == "get":
            if self._since is None:
                return None
            start, turns = self._since
            return Statistics(start, now, self._counts["in"], self._counts["out"], process.turns - turns)
        self._since = (now, process.turns) if flag else None
        self._counts = {"in": 0, "out": 0}
        self._install()
        return None

    def log(self, flag: object) -> list[Event] | None:
        """Keep the last events from now on, or none; for `"get"`, those kept."""
        if flag == "get":
            return list(self._kept) if self._kept is not None else None
        size = KEPT if flag is True else flag
        self._kept = deque(self._kept or (), maxlen=size) if isinstance(size, int) and size else None
        self._install()
        return None

    def _install(self) -> None:
        server, mine = self._server, vars(self._server)
        if self._traces or self._since is not None or self._kept is not None:
            server._server_watch = self
            mine.update({name: getattr(self, name) for name in CALLBACKS})
        elif server._server_watch is self:
            for name in ("_server_watch", *CALLBACKS):
                del mine[name]

    # ------------------------------------------------------------------ in the place of the server's callbacks

    def handle_call(self, request: Any, from_: From) -> Any:
        server = self._server
        self._note("in", ("$gen_call", from_, request))
        result = type(server).handle_call(server, request, from_)
        if isinstance(result, Reply):
            self._note("out", result.value, from_.pid)
        elif isinstance(result, Stop) and result.answers:
            self._note("out", result.reply, from_.pid)
        elif isinstance(result, Forward):
            self._note("out", result.request, result.server)
        elif not isinstance(result, (NoReply, Stop, Fail)):
            self._note("out", result, from_.pid)
        return result

    def handle_cast(self, message: Any) -> Any:
        self._note("in", ("$gen_cast", message))
        return type(self._server).handle_cast(self._server, message)

    def handle_info(self, message: Any) -> Any:
        self._note("in", message)
        return type(self._server).handle_info(self._server, message)

    def _note(self, *event: Any) -> None:
        self._counts[event[0]] += 1
        if self._kept is not None:
            self._kept.append(event)
        if not self._traces:
            return
        if self._to is None:
            with suppress(OSError, ValueError):  # nobody may read this node's output any more, or none was ever there
                print(f"*DBG* {self._server._process!r} {_told(event)}", flush=True)
            return
        pid = self._server._process.pid
        try:
            send(self._to, ("trace", pid, event))
        except ProcessExit:
            raise
        except BaseException:  # it cannot travel, and must not cost the server its life
            send(self._to, ("trace", pid, (event[0], shown(event[1:]))))


def _told(event: Event) -> str:
    match event:
        case ("in", ("$gen_call", From() as from_, request)):
            return f"got call {shown(request)} from {from_.pid!r}"
        case ("in", ("$gen_cast", message)):
            return f"got cast {shown(message)}"
        case ("in", message):
            return f"got {shown(message)}"
    return f"sent {shown(event[1])} to {event[2]!r}"
