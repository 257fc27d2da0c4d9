"""The network of one node: the door between the runtime and the sessions with other nodes.

Here are the paths that every signal takes, kept short; what is not every signal's is in `outbox`
(the way out), `peer` (the way in) and `sessions` (who is connected). Nothing waits but `pump`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from ..errors import NodeDown, NoProcess
from ..runtime.ports import Arrivals, Kind, Resolver, Target
from ..terms import Pid
from .carriers.carrier import Carrier
from .codec import Packed, pack
from .lines import Lines
from .outbox import MUST_HEAR, Outbox, Shared, Signal
from .session import Own
from .sessions import Sessions

if TYPE_CHECKING:
    from ..runtime.process import Process

log = logging.getLogger("pybeam.dist")

MAX_MESSAGE = 4 * 1024**3


class Kernel:
    """A node's `Network`. Every method but `wake` is for the scheduler's thread.

    Args:
        name: the node's.
        creation: its incarnation, 64 random bits.
        carrier: listens already; whoever made it closes it, after `stop`.
        resolver: finds where other nodes listen.
        arrivals: the runtime.
        entropy: gives a number of so many random bits, as `random.getrandbits` does.
        hidden: whether the node stays out of the mesh.
        max_message: bytes of the largest body, sent or received.
    """

    def __init__(
        self,
        name: str,
        creation: int,
        carrier: Carrier,
        resolver: Resolver,
        arrivals: Arrivals,
        entropy: Callable[[int], int],
        *,
        hidden: bool = False,
        max_message: int = MAX_MESSAGE,
    ) -> None:
        self.name = name
        self.hidden = hidden
        python = sys.version_info[:2]
        own = Own(name, creation, hidden, carrier.address, python)
        self._dirty: list[Outbox] = []
        self._carrier = carrier
        self._arrivals = arrivals
        self._lines = Lines(carrier)
        shared = Shared(arrivals, python, max_message, self._dirty)
        self._sessions = Sessions(own, self._lines, resolver, shared, entropy)
        self._up = self._sessions.up

    # ------------------------------------------------------------------ signals

    def post(self, kind: Kind, target: Target, ref: int, sender: Process | None, body: object, deadline: float) -> bool:
        """See `runtime.ports.Network`.

        Raises:
            NoProcess, NodeDown: for a CALL, LINK or MONITOR that is known to have nobody to go to.
        """
        packed = pack(body)
        number = 0 if sender is None else sender.number
        node, creation, process = target
        outbox = self._up.get(node)
        if not isinstance(packed, Packed):
            if outbox is not None and outbox.put(kind, creation, process, ref, number, packed):
                return True
            packed = Packed(packed)
        return self._post_far(Signal(kind, target, ref, number, packed), sender, deadline)

    def tell(self, kind: Kind, target: Target, ref: int, number: int, body: object) -> None:
        """See `runtime.ports.Network`."""
        packed = pack(body)
        if not isinstance(packed, Packed):
            outbox = self._up.get(target.node)
            if outbox is not None and outbox.put(kind, target.creation, target.process, ref, number, packed):
                return
            packed = Packed(packed)
        self._post_far(Signal(kind, target, ref, number, packed), None, inf)

    def _post_far(self, signal: Signal, sender: Process | None, deadline: float) -> bool:
        node, creation, process = signal.target
        outbox = self._sessions.outbox(node)
        if outbox is not None:
            return outbox.post(signal, sender, deadline)
        if signal.kind not in MUST_HEAR:
            return True
        if node == self.name:
            raise NoProcess(Pid(node, creation, process) if isinstance(process, int) else process)
        raise NodeDown(node)

    def abandon(self, node: str, ref: int) -> None:
        """See `runtime.ports.Network`."""
        outbox = self._sessions.known(node)
        if outbox is not None:
            outbox.calls.forget(ref)

    def flush(self) -> None:
        """See `runtime.ports.Network`."""
        dirty = self._dirty
        while dirty:
            dirty.pop().release()

    def pump(self, timeout: float | None) -> None:
        """See `runtime.ports.Network`."""
        sessions = self._sessions
        try:
            queue = self._lines.wait(0.0 if sessions.unsettled else timeout)
            while queue:
                sessions.take(queue.popleft())
            if sessions.unsettled:
                sessions.settle()
        except Exception:
            # No peer's, or it would have ended that one's session. What is queued still waits for the next round.
            log.exception("%s: an error in the network", self.name)

    def wake(self) -> None:
        """See `runtime.ports.Network`."""
        self._carrier.wake()

    # ------------------------------------------------------------------ nodes

    def connect(self, name: str, done: Callable[[bool], object]) -> None:
        """Connect to the node `name`, if it is not connected yet.

        Args:
            done: called once, now or later, with whether there is a connection.
        """
        self._sessions.connect(name, done)

    def disconnect(self, name: str) -> bool:
        """End the connection to `name`; what was sent to it before still leaves.

        Returns:
            Whether there was a connection. A handshake that runs is broken off, too.
        """
        return self._sessions.disconnect(name)

    def is_connected(self, name: str) -> bool:
        """See `runtime.ports.Network`."""
        return name in self._up

    def nodes(self) -> list[str]:
        """The connected visible nodes, in the order in which they came.

        As in Erlang, all connections of a hidden node are hidden: for one, this is empty.
        """
        return self._sessions.nodes()

    def stop(self) -> None:
        """Take leave of all peers: they see nodedown at once, behind what they were sent.

        After this nothing is sent any more and no connection is made. The carrier may be closed
        then; the last words have a second to leave.
        """
        self._sessions.stop()
