"""Who may come in, and how often it is said that somebody may not. Pure: `zmq` asks, and carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest
from typing import Protocol

QUIET = 60.0
"""Seconds between two reports of refused connections."""

CUT_OFF = "cut off during the handshake: not the same cookie, or no node"
"""All that a dialler learns when the other side cannot decrypt what it says."""


class Secrets(Protocol):
    """The two Curve25519 secret keys that all nodes of a cookie share, 32 bytes each."""

    @property
    def server(self) -> bytes: ...
    @property
    def client(self) -> bytes: ...


def judge(request: Sequence[bytes], key: bytes) -> list[bytes]:
    """Answer an authentication request of libzmq (ZeroMQ RFC 27, ZAP).

    Args:
        request: version, request id, domain, address, routing id, mechanism, credentials.
        key: the public key of every node of this cookie, 32 bytes.

    Returns:
        Version, request id, status (200 lets in, 400 does not), and three empty parts.

    >>> judge([b"1.0", b"7", b"pybeam", b"127.0.0.1", b"", b"CURVE", bytes(32)], key=bytes(32))[1:3]
    [b'7', b'200']
    >>> judge([b"1.0", b"7", b"pybeam", b"127.0.0.1", b"", b"NULL"], key=bytes(32))[1:3]
    [b'7', b'400']
    """
    mechanism, *credentials = request[5:]
    known = mechanism == b"CURVE" and len(credentials) == 1 and compare_digest(credentials[0], key)
    return [request[0], request[1], b"200" if known else b"400", b"", b"", b""]


class Refusals:
    """Counts the connections that were refused; a report is due with the first, then once a minute at most.

    >>> refusals = Refusals()
    >>> refusals.add(now=100.0), refusals.add(now=101.0), refusals.report()
    (True, False, 2)
    >>> refusals.report()
    0
    >>> refusals.add(now=160.0), refusals.report()
    (True, 1)
    """

    def __init__(self) -> None:
        self._count = 0
        self._reported = 0
        self._due = False
        self._quiet_until = float("-inf")

    def add(self, now: float) -> bool:
        """One more, at `now` in seconds. Returns whether to report. May run beside `report`, on another thread."""
        self._count += 1
        if now < self._quiet_until:
            return False
        self._quiet_until = now + QUIET
        self._due = True
        return True

    def report(self) -> int:
        """How many since the last report; 0 when none is due."""
        if not self._due:
            return 0
        self._due = False
        count = self._count
        news, self._reported = count - self._reported, count
        return news
