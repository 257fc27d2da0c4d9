"""Who is behind each link and each source of the carrier.

The one that calls the carrier, but for sending on a peer's own link. It keeps what has come and is
not yet looked at, runs the links that are dialled to say one thing, and remembers the sources of
sessions that ended here, so that a peer that has not noticed can be told again.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import NamedTuple

from .carriers.carrier import Carrier, Event, Frame, Link, Lost, Opened
from .frames import Bye, Control
from .peer import Peer
from .wire import encode

LINGER = 1.0
"""Seconds that a last word has to leave."""

MAX_RETIRED = 256
MAX_DRAINS = 64
REMIND_SECONDS = 1.0


class _Retired(NamedTuple):
    """A source whose session was ended on this side."""

    address: str
    bye: Bye
    told: float


class Lines:
    """The links and sources of one node.

    Attributes:
        peer_behind: whose session the frames of a source belong to; None for nobody's.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._queue: deque[Event] = deque()
        self._dialled: dict[Link, Peer | Control] = {}
        self._sources: dict[bytes, Peer] = {}
        self.peer_behind = self._sources.get
        self._retired: OrderedDict[bytes, _Retired] = OrderedDict()

    # ------------------------------------------------------------------ what comes in

    def wait(self, timeout: float | None) -> deque[Event]:
        """What has come, after waiting at most `timeout` seconds for it; to be emptied from the left."""
        self._queue.extend(self._carrier.wait(0.0 if self._queue else timeout))
        return self._queue

    def drain(self, source: bytes) -> list[Sequence[bytes]]:
        """Take out everything that has come from `source`, fetching first what there is.

        A node that dies sends its last signals, then its links break: looking at the links
        alone, its nodedown would overtake what had arrived.
        """
        for _ in range(MAX_DRAINS):
            fresh = self._carrier.wait(0.0)
            if not fresh:
                break
            self._queue.extend(fresh)
        taken = [event.parts for event in self._queue if isinstance(event, Frame) and event.source == source]
        kept = [event for event in self._queue if not (isinstance(event, Frame) and event.source == source)]
        self._queue.clear()
        self._queue.extend(kept)
        return taken

    def bind(self, source: bytes, peer: Peer) -> None:
        """Give `source`, whose HELLO has come, to `peer`, and to it alone."""
        self.unbind(peer)
        peer.source = source
        peer.expected = 1
        self._sources[source] = peer

    def unbind(self, peer: Peer) -> None:
        """Accept nothing more from the source of `peer`."""
        if peer.source is not None:
            self._sources.pop(peer.source, None)
            peer.source = None

    # ------------------------------------------------------------------ what goes out

    def dial(self, peer: Peer, address: str) -> None:
        """Give `peer` a fresh link to `address`; its old one is closed."""
        self.hang_up(peer)
        peer.link = link = self._carrier.dial(address)
        peer.sent = 0
        self._dialled[link] = peer

    def hang_up(self, peer: Peer, linger: float = 0.0) -> None:
        """Close the link of `peer`, if there is one."""
        link, peer.link = peer.link, None
        if link is not None:
            self._dialled.pop(link, None)
            link.close(linger)

    def tell(self, address: str, frame: Control) -> None:
        """Send one frame on a link dialled for it alone. Nobody hears whether it arrives."""
        self._dialled[self._carrier.dial(address)] = frame

    def answered(self, event: Opened | Lost) -> Peer | None:
        """A dial has come to an end: whose it was, if it was a peer's and is not hung up."""
        owner = self._dialled.pop(event.link, None)
        if isinstance(owner, Peer):
            return owner
        if owner is not None and isinstance(event, Opened):
            event.link.send(encode(0, owner))
            event.link.close(LINGER)
        return None

    # ------------------------------------------------------------------ those who have not noticed

    def leave(self, peer: Peer, address: str, bye: Bye, now: float) -> None:
        """Send `bye` to `peer` behind all that it was sent, or else on a link of its own."""
        if peer.source is not None:
            self._retired[peer.source] = _Retired(address, bye, now)
            while len(self._retired) > MAX_RETIRED:
                self._retired.popitem(last=False)
        if peer.send(bye):
            self.hang_up(peer, LINGER)
        else:
            self.tell(address, bye)

    def remind(self, source: bytes, now: float) -> bool:
        """A frame has come from `source`, bound to nobody: if its session was ended here, say so again.

        Where the first BYE was lost with the network, the peer would go on sending for a minute,
        all in vain.
        """
        retired = self._retired.get(source)
        if retired is not None and now - retired.told >= REMIND_SECONDS:
            self._retired[source] = retired._replace(told=now)
            self.tell(retired.address, retired.bye)
        return retired is not None
