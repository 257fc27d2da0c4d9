"""A call that one server hands on to another, which answers the caller itself.

To another node it goes as a call of the forwarder's own, around the one that is forwarded. So what
becomes of that one is known here as of every call: nobody of that name, a node that is lost, a
server that ends. The caller is told from here then. That it was answered is told by a receipt,
which is in no hurry: see `receipts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import NoProcess, RemoteError, text_of
from .answers import fail
from .calls import Dest, locate
from .ports import Kind, Target
from .process import Process
from .signals import Call, From, Relay, SealedError

if TYPE_CHECKING:
    from .scheduler import Runtime


class Handover:
    """A call that was forwarded to another node: what is known here of the one that it went as.

    See `promises.Pending`.
    """

    __slots__ = ("_from", "_runtime")

    def __init__(self, runtime: Runtime, from_: From) -> None:
        self._runtime = runtime
        self._from = from_

    def settle(self, value: object, error: BaseException | None) -> None:
        """The other node has answered the caller, or there will be no answer."""
        from_ = self._from
        if isinstance(error, SealedError):
            error = error.open()
        if isinstance(error, Exception):
            fail(self._runtime, from_, error)
        elif not from_.answered:
            from_.answered = True
            from_.settled(self._runtime)


def forward(me: Process, from_: From, server: Dest, request: object) -> None:
    """Hand the call `from_`, which `me` has in hand, on to `server`, as `request`.

    Does not wait. What goes wrong is raised at the caller, as if it had called `server` itself;
    should `me` end before the answer is known to be given, the caller hears of that.

    Raises:
        ValueError: `server` is malformed.
    """
    runtime = me.runtime
    target = locate(runtime, server)
    from_.release()
    me.owe(from_)
    if isinstance(target, Target):
        _forward_far(me, from_, target, request)
    elif target is None or target.doom is not None:
        fail(runtime, from_, NoProcess(server))
    else:
        caller = runtime.processes.get(from_.pid.number) if from_.pid.creation == runtime.creation else None
        if caller is not None and caller.waiting == from_.ref:
            caller.calling = target  # should that one ask the caller, each waits for the other
        runtime.deliver(target, Call(from_, request))


def _forward_far(me: Process, from_: From, target: Target, request: object) -> None:
    runtime = me.runtime
    ref = runtime.next_ref()
    runtime.promises.hold(ref, Handover(runtime, from_))
    try:
        # Never waits for room in the window: a slow node would hold up what is forwarded to all others.
        runtime.network.tell(Kind.CALL, target, ref, me.number, Relay(from_, request))
    except BaseException as error:
        runtime.promises.settle(ref, None, error if isinstance(error, Exception) else RemoteError(text_of(error)))
