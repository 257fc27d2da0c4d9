"""Send, cast and call: to a pid, a name, or a name on another node.

The one place that tells local from remote. Every function works from inside a process and from
any thread.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf

from ..errors import CallTimeout, DeadlockError, NoProcess, RemoteError, text_of
from ..terms import MAX_NAME, MAX_NUMBER, Pid, split_name
from .foreign import anywhere
from .ports import Expired, Kind, Parcel, Target
from .process import Process
from .scheduler import Runtime
from .signals import Call, Cast, From, ProcessExit, SealedError
from .switch import current
from .via import Via

PLACES_KEPT = 1024

SEND, CAST, CALL = Kind.SEND, Kind.CAST, Kind.CALL

Dest = Pid | str | tuple[str, str] | Via
"""Where a message goes: a pid, a name registered on this node, `(name, node)`, or a `Via`."""


def locate(runtime: Runtime, dest: object) -> Process | Target | None:
    """Find where `dest` is: a process of this node, a place on another, or nobody.

    Raises:
        ValueError: `dest` is malformed.
    """
    if dest.__class__ is Pid:
        assert isinstance(dest, Pid)
        if dest.creation == runtime.creation:
            return runtime.processes.get(dest.number)
        if dest.node == runtime.name or not 0 < dest.number <= MAX_NUMBER:
            return None
        return Target(dest.node, dest.creation, dest.number)
    if isinstance(dest, str):
        return runtime.names.get(dest)
    if isinstance(dest, tuple) and len(dest) == 2 and isinstance(dest[0], str) and 0 < len(dest[0]) <= MAX_NAME:
        name, node = dest
        if node.__class__ is not str:
            split_name(node)
        return runtime.names.get(name) if node == runtime.name else _there(name, node)
    if isinstance(dest, Via):
        return None if (pid := dest.whereis_name(runtime)) is None else locate(runtime, pid)
    raise ValueError(
        f"bad destination {dest!r}: a Pid, a registered name of 1 to {MAX_NAME} characters, or (name, 'node@host')"
    )


@lru_cache(PLACES_KEPT)
def _there(name: str, node: str) -> Target:
    # Checking a node's name and making the target of it took as long as the rest of finding it.
    split_name(node)
    return Target(node, 0, name)


def send(dest: Dest, message: object) -> None:
    """Send `message` and go on at once. To nobody: dropped silently, as in Erlang.

    Between two processes messages arrive in the order of sending; to another node at most once,
    and only those after a loss of the connection can be lost.

    Args:
        dest: a `Pid`, a name registered on this node, or `(name, node)`.
        message: anything; for another node anything that pickles.

    Raises:
        ValueError: `dest` is malformed.
        Exception: what pickling raised; nothing was sent.
    """
    me = current()
    if me is None:
        return anywhere(send, dest, message)
    runtime = me.runtime
    target = locate(runtime, dest)
    if target.__class__ is Process:
        runtime.deliver(target, message)
    elif target is not None:
        runtime.network.post(SEND, target, 0, me, message, inf)  # type: ignore[arg-type]


def cast(server: Dest, message: object) -> None:
    """`GenServer.cast`: hand `message` to the server's `handle_cast` and go on at once.

    Args, errors: as for `send`.
    """
    me = current()
    if me is None:
        return anywhere(cast, server, message)
    runtime = me.runtime
    target = locate(runtime, server)
    if target.__class__ is Process:
        runtime.deliver(target, Cast(message))
    elif target is not None:
        runtime.network.post(CAST, target, 0, me, message, inf)  # type: ignore[arg-type]


def call(server: Dest, request: object, timeout: float | None = 5.0) -> object:
    """`GenServer.call`: send `request` and wait for the answer.

    Args:
        server: a `Pid`, a name registered on this node, or `(name, node)`.
        request: anything; for another node anything that pickles.
        timeout: seconds; None waits for ever.

    Returns:
        The reply.

    Raises:
        NoProcess: nobody has that name or pid; at once.
        NodeDown: the node cannot be reached, or was lost meanwhile; at once.
        CallTimeout: no answer in time. The request may still be carried out; a late answer
            is dropped and never reaches the mailbox.
        ServerDied: the server ended first; has its exit reason.
        DeadlockError: a server calls itself, or waits for itself by way of others, here or on
            other nodes.
        ValueError: `server` or `timeout` is malformed.
        Exception: what pickling raised; nothing was sent.
    """
    me = current()
    if me is None:
        return anywhere(call, server, request, timeout)
    runtime = me.runtime
    if server.__class__ is Pid and server.creation == runtime.creation:
        target: Process | Target | None = runtime.processes.get(server.number)
    else:
        target = locate(runtime, server)
    runtime._refs = ref = runtime._refs + 1
    if timeout is None:
        deadline = inf
    elif timeout >= 0:
        now = runtime.now
        deadline = now() + timeout
    else:  # negative, or nan, which would wait for ever
        raise ValueError(f"a timeout is a number of seconds, at least 0, or None, not {timeout!r}")
    if target.__class__ is not Process:
        if target is None:
            raise NoProcess(server)
        return _call_remote(me, target, request, ref, deadline, server, timeout)  # type: ignore[arg-type]
    if target.doom is not None:
        raise NoProcess(server)
    if target is me:
        raise DeadlockError(server)
    if target.waiting.__class__ is int:  # it waits for an answer itself: for ours, perhaps
        runtime.deadlocks.refuse_cycle(me, target, ref, server)
    me.calling = target
    runtime.deliver(target, Call(From(me._pid or me.pid, ref), request))
    try:
        reply = me.wait(ref, deadline)
    except Expired:
        raise CallTimeout(server, timeout or 0.0) from None
    except SealedError as sealed:
        raise sealed.open() from None
    return open_reply(reply, server) if isinstance(reply, Parcel) else reply


def _call_remote(
    me: Process, target: Target, request: object, ref: int, deadline: float, server: Dest, timeout: float | None
) -> object:
    network = me.runtime.network
    me.calling = target
    try:
        if not network.post(CALL, target, ref, me, request, deadline):
            raise Expired
        reply = me.wait(ref, deadline)
    except Expired:
        network.abandon(target.node, ref)
        raise CallTimeout(server, timeout or 0.0) from None
    except SealedError as sealed:
        raise sealed.open() from None
    except BaseException:
        network.abandon(target.node, ref)
        raise
    if isinstance(reply, Parcel):
        return open_reply(reply, server)
    network.abandon(target.node, ref)  # it was answered on this node, and the network does not know
    return reply


def open_reply(reply: Parcel, server: Dest) -> object:
    """The answer inside, or a `RemoteError` that says why there is none."""
    try:
        return reply.open()
    except ProcessExit:
        raise
    except BaseException as error:
        text = f"the answer of {server!r} cannot be unpickled here: {type(error).__name__}: {text_of(error)}"
        raise RemoteError(text) from error
