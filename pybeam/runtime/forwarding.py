"""A call that one server hands on to another, which answers the caller itself.

To another node it goes as a call of the forwarder's own, around the one that is forwarded. So what
becomes of that one is known here as of every call: nobody of that name, a node that is lost, a
server that ends. The caller is told from here then. That it was answered is told by a receipt,
which is in no hurry: see `receipts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import NodeDown, NoProcess, RemoteError, text_of
from .answers import fail
from .calls import Dest, locate
from .ports import Kind, Parcel, Target
from .process import Process
from .signals import Call, From, Handed, Relay, SealedError

if TYPE_CHECKING:
    from .scheduler import Runtime


class Handover:
    """A call that was forwarded to another node: what is known here of the one that it went as.

    See `promises.Pending`.
    """

    __slots__ = ("_from", "_node", "_ref", "_runtime")

    def __init__(self, runtime: Runtime, from_: From, node: str, ref: int) -> None:
        self._runtime = runtime
        self._from = from_
        self._node = node
        self._ref = ref

    def settle(self, value: object, error: BaseException | None) -> None:
        """The other node has answered the caller, or there will be no answer."""
        runtime, from_ = self._runtime, self._from
        if isinstance(error, SealedError):
            # In a process: what an error of another node does when it is unpickled is not the scheduler's.
            runtime.spawn(lambda sealed: fail(runtime, from_, sealed.open()), error)
        elif isinstance(error, Exception) and not _is_known_there(from_, error):
            fail(runtime, from_, error)
        else:
            if not isinstance(value, Parcel):  # it was answered on this node, and the network does not know
                runtime.network.abandon(self._node, self._ref)
            from_.answered = True
            from_.settled(runtime)


def forward(me: Process, from_: From, server: Dest, request: object) -> None:
    """Hand the call `from_`, which `me` has in hand, on to `server`, as `request`.

    Does not wait. What goes wrong is raised at the caller, as if it had called `server` itself;
    should `me` end before the answer is known to be given, the caller hears of that.
    """
    runtime = me.runtime
    me.owe(from_)
    try:
        target = locate(runtime, server)
        if isinstance(target, Target):
            ref = runtime.next_ref()
            # Never waits for room in the window: a slow node would hold up what is forwarded to all others.
            runtime.network.tell(Kind.CALL, target, ref, me.number, Relay(from_, request))
            runtime.promises.hold(ref, Handover(runtime, from_, target.node, ref))
        elif target is None or target.doom is not None:
            raise NoProcess(server)
        else:
            runtime.deliver(target, Call(Handed(from_), request))
    except BaseException as error:
        if me.doom is not None:
            raise
        fail(runtime, from_, error if isinstance(error, Exception) else RemoteError(text_of(error)))


def _is_known_there(from_: From, error: Exception) -> bool:
    # A caller on the very node that is lost has heard of it, and to tell it would connect the two again.
    return type(from_) is From and isinstance(error, NodeDown) and error.node == from_.pid.node
