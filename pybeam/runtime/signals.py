"""What travels between processes besides plain messages, and what an exit signal does.

Values and one pure decision; nothing here runs or stops a process.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from ..errors import KILL, KILLED, NORMAL, RemoteError, text_of
from ..terms import MAX_NUMBER, Pid, split_name
from .ports import Parcel

if TYPE_CHECKING:
    from .process import Process
    from .scheduler import Runtime


class ProcessExit(BaseException):
    """Raised in a process to end it with `reason`. Not an `Exception`: nobody catches it by habit."""

    def __init__(self, reason: object) -> None:
        super().__init__(reason)
        self.reason = reason


class SealedError(BaseException):
    """An error from another node, still pickled: the caller whose call fails opens it."""

    def __init__(self, parcel: Parcel) -> None:
        super().__init__()
        self.parcel = parcel

    def open(self) -> Exception:
        """The error inside, or a `RemoteError` that says why there is none."""
        try:
            error = self.parcel.open()
        except ProcessExit:
            raise
        except BaseException as worse:
            return RemoteError(f"an error that cannot be unpickled here: {text_of(worse)}")
        return error if isinstance(error, Exception) else RemoteError(f"not an exception: {error!r}")


class From:
    """Who waits for the answer to one call; handed to `handle_call`, and good for one reply.

    It travels: any process of any node may answer.

    Attributes:
        pid: the caller.
        ref: the call's number on the caller's node.
        server: the local process that owes the answer after a `NoReply` or `Forward`; else None.
        answered: whether it was answered, as far as is known here.
    """

    __slots__ = ("answered", "pid", "ref", "server")

    def __init__(self, pid: Pid, ref: int) -> None:
        self.pid = pid
        self.ref = ref
        self.server: Process | None = None
        self.answered = False

    def __repr__(self) -> str:
        return f"<from {self.pid!r} call {self.ref}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, From) and self.ref == other.ref and self.pid == other.pid

    def __hash__(self) -> int:
        return self.ref

    def __reduce__(self) -> tuple[Any, ...]:
        return From, (self.pid, self.ref)

    def settled(self, runtime: Runtime) -> None:
        """It was answered: whoever owed that owes it no more."""
        server, self.server = self.server, None
        if server is not None and server.deferred is not None and server.deferred.get(self) is self:
            del server.deferred[self]


class Handed(From):
    """Who waits for the answer to a call that was forwarded from another process of this node.

    Attributes:
        by: the same, as the forwarder had it in hand: that one owes the answer, too, until it was given.
    """

    __slots__ = ("by",)

    def __init__(self, by: From) -> None:
        super().__init__(by.pid, by.ref)
        self.by = by

    # No recursion: a server may hand a call on to itself, a thousand times, until it is ready.

    def __reduce__(self) -> tuple[Any, ...]:
        call: From = self
        while isinstance(call, Handed):
            call = call.by
        return call.__reduce__()

    def settled(self, runtime: Runtime) -> None:
        call: From = self
        while isinstance(call, Handed):
            From.settled(call, runtime)
            call = call.by
            call.answered = True
        call.settled(runtime)


class Forwarded(From):
    """Who waits for the answer to a call that was forwarded from another node.

    Attributes:
        back: the call by which it came; its maker wants to know when it was answered.
    """

    __slots__ = ("back",)

    def __init__(self, pid: Pid, ref: int, back: From) -> None:
        super().__init__(pid, ref)
        self.back = back

    def __reduce__(self) -> tuple[Any, ...]:
        return Forwarded, (self.pid, self.ref, self.back)

    def settled(self, runtime: Runtime) -> None:
        super().settled(runtime)
        runtime.receipts.give(self.back)


class Relay:
    """The body of the call by which a call is forwarded to a server of another node."""

    __slots__ = ("from_", "request")

    def __init__(self, from_: From, request: object) -> None:
        self.from_ = from_
        self.request = request

    def __reduce__(self) -> tuple[Any, ...]:
        pid = self.from_.pid  # spelt out: each class that is named on the wire takes a microsecond
        return _relay, (pid.node, pid.creation, pid.number, self.from_.ref, self.request)

    def call(self, back: From) -> Call:
        """What the other server takes."""
        return Call(Forwarded(self.from_.pid, self.from_.ref, back), self.request)


def _relay(node: str, creation: int, number: int, ref: int, request: object) -> Relay:
    # Else it would be found out when the answer is to leave, and end the server.
    split_name(node)
    if not (0 < creation < 1 << 64 and 0 < number <= MAX_NUMBER and 0 < ref < 1 << 64):
        raise ValueError(f"no process can have made the call {ref!r} of {number!r} on {node}")
    return Relay(From(Pid(node, creation, number), ref), request)


class Call:
    """A request in a mailbox that wants an answer."""

    __slots__ = ("from_", "request")

    def __init__(self, from_: From, request: object) -> None:
        self.from_ = from_
        self.request = request

    def __repr__(self) -> str:
        return f"Call({self.from_!r}, {self.request!r})"


class Cast:
    """A `GenServer.cast` in a mailbox."""

    __slots__ = ("message",)

    def __init__(self, message: object) -> None:
        self.message = message

    def __repr__(self) -> str:
        return f"Cast({self.message!r})"


class Sealed:
    """A message from another node, still pickled: opened by the process that takes it.

    So what it costs, and what it raises, falls on the receiver and not on the scheduler.
    """

    __slots__ = ("from_", "is_cast", "parcel")

    def __init__(self, parcel: Parcel, from_: From | None = None, is_cast: bool = False) -> None:
        self.parcel = parcel
        self.from_ = from_
        self.is_cast = is_cast

    def open(self) -> object:
        """The message, call or cast inside. May raise anything."""
        body = self.parcel.open()
        if self.from_ is not None:
            return body.call(self.from_) if isinstance(body, Relay) else Call(self.from_, body)
        return Cast(body) if self.is_cast else body


def open_call(message: object) -> From | None:
    """Whose call a mailbox entry is, if it is one."""
    return message.from_ if isinstance(message, (Call, Sealed)) else None


class Effect(Enum):
    """What an exit signal does to the process that gets it."""

    IGNORE = "ignore"
    MESSAGE = "message"
    DIE = "die"


def effect_of_exit(
    reason: object, *, trapping: bool, sent_by_exit: bool, to_self: bool = False
) -> tuple[Effect, object]:
    """Decide what an exit signal does (Erlang reference manual, Processes, "Receiving exit signals").

    Args:
        reason: the signal's reason.
        trapping: whether the receiver traps exits.
        sent_by_exit: sent by `exit(pid, reason)`; False where a link broke.
        to_self: sent by the receiver itself.

    Returns:
        The effect, and the reason that the receiver then sees or ends with.

    >>> effect_of_exit("kill", trapping=True, sent_by_exit=True)
    (<Effect.DIE: 'die'>, 'killed')
    >>> effect_of_exit("kill", trapping=True, sent_by_exit=False)
    (<Effect.MESSAGE: 'message'>, 'kill')
    """
    word = reason if isinstance(reason, str) else None  # anything else may refuse to be compared
    if sent_by_exit and _is(word, KILL):
        return Effect.DIE, KILLED
    if trapping:
        return Effect.MESSAGE, reason
    if _is(word, NORMAL) and not (to_self and sent_by_exit):
        return Effect.IGNORE, reason
    return Effect.DIE, reason


def _is(word: str | None, other: str) -> bool:
    return word is not None and str.__eq__(word, other)  # a subclass may refuse that, too
