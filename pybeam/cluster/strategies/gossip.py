"""Nodes that find each other by UDP multicast: each says its name, again and again.

What a datagram holds is decided here; `cluster.udp` carries it. A name that is heard is a hint and
no more: a session with the node still takes the cookie. So the code in a datagram only keeps
strangers from making us knock at doors, and it needs no defence against replay: whoever records
one and sends it again makes a node try a name that this cluster has used.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Set

from ...clock import MonotonicClock
from ...terms import split_name
from ..seldom import Seldom
from ..strategy import Strategy, Tell
from ..udp import Channel, Group, Multicast, Receive

log = logging.getLogger("pybeam.cluster")

MAGIC = b"pbg1"
CODE_BYTES = 32
LONGEST_NAME = 255
SHORTEST_SECRET = 16
SAME_NAME_SECONDS = 1.0
WARNING_PAUSE = 60.0


def heartbeat(secret: bytes, name: str) -> bytes:
    """The datagram by which a node says its name: `MAGIC`, HMAC-SHA256 of the rest, the name."""
    text = name.encode()
    return MAGIC + _code(secret, text) + text


def name_in(secret: bytes, datagram: bytes) -> str | None:
    """The name in a datagram of this cluster; None for any other datagram.

    >>> name_in(b"s" * 16, heartbeat(b"s" * 16, "a@127.0.0.1"))
    'a@127.0.0.1'
    >>> name_in(b"another secret..", heartbeat(b"s" * 16, "a@127.0.0.1")) is None
    True
    """
    start = len(MAGIC) + CODE_BYTES
    if not (start < len(datagram) <= start + LONGEST_NAME and datagram.startswith(MAGIC)):
        return None
    text = datagram[start:]
    if not hmac.compare_digest(datagram[len(MAGIC) : start], _code(secret, text)):
        return None
    try:
        name = text.decode()
        split_name(name)
    except ValueError:
        return None
    return name


def _code(secret: bytes, text: bytes) -> bytes:
    return hmac.digest(secret, MAGIC + text, "sha256")


class Gossip(Strategy):
    """Nodes of one network that share a secret.

    A heartbeat goes out at each poll; a name is told as soon as it is heard.

    Args:
        secret: at least 16 bytes, the same on every node; derived from the cookie, never the
            cookie itself, whose guessing a recorded datagram would help.
        group: where to meet.
        join: makes the channel.
        now: a clock, in seconds.

    Raises:
        ValueError: the secret is too short.
    """

    def __init__(
        self,
        secret: bytes,
        group: Group | None = None,
        *,
        join: Callable[[Group, Receive], Channel] = Multicast,
        now: Callable[[], float] = MonotonicClock.now,
    ) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the secret of gossip has at least {SHORTEST_SECRET} bytes, not {len(secret)}")
        self._secret = secret
        self._group = group or Group()
        self._join = join
        self._now = now
        self._channel: Channel | None = None
        self._heartbeat = b""
        self._names = Seldom(SAME_NAME_SECONDS)
        self._warnings = Seldom(WARNING_PAUSE)
        self._strange = 0

    def open(self, own: str, tell: Tell) -> None:
        self.close()
        self._heartbeat = heartbeat(self._secret, own)
        self._channel = self._join(self._group, lambda datagram: self._take(datagram, tell))

    def discover(self) -> Set[str]:
        if self._channel is not None:
            self._channel.send(self._heartbeat)
        return frozenset()

    def close(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _take(self, datagram: bytes, tell: Tell) -> None:
        name = name_in(self._secret, datagram)
        if name is None:
            self._count_strange()
        elif self._names.allows(name, self._now()):
            tell(name)

    def _count_strange(self) -> None:
        self._strange += 1
        if self._warnings.allows("strange", self._now()):
            where = f"{self._group.address}:{self._group.port}"
            log.warning("gossip on %s: ignored %d datagrams that are not of this cluster", where, self._strange)
            self._strange = 0
