"""A UDP multicast group: send a datagram to it, be handed those that come.

The only file that knows sockets. It carries bytes and knows nothing of what they mean. Receiving
has a thread of its own, since nobody may wait on the scheduler's.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger("pybeam.cluster")

Receive = Callable[[bytes], None]
"""Takes one datagram, on the receiving thread. Must not raise."""

LONGEST_DATAGRAM = 512
"""Bytes; the rest of a longer one is cut off."""

RETRY_SECONDS = 1.0
JOIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Group:
    """Where to meet.

    Attributes:
        address: a multicast address, 224.0.0.0 to 239.255.255.255.
        port: UDP. Not libcluster's 45892, so that neither hears the other's packets as noise.
        interface: the local address of the interface to use; `"0.0.0.0"` leaves it to the
            system, `"127.0.0.1"` stays on this host.
        ttl: how many networks a datagram may cross; 1 never leaves the local one.
    """

    address: str = "230.1.1.251"
    port: int = 45893
    interface: str = "0.0.0.0"
    ttl: int = 1


class Channel(Protocol):
    """A place in a group."""

    def send(self, datagram: bytes) -> None:
        """Send to everybody in the group, oneself included. Raises OSError."""

    def close(self) -> None:
        """Leave; when this returns, nothing more is received. Harmless when done twice."""


class Multicast:
    """A `Channel` over real multicast.

    Raises:
        OSError: the group cannot be joined, for example where the interface has no multicast.
    """

    def __init__(self, group: Group, receive: Receive) -> None:
        self._to = (group.address, group.port)
        self._receive = receive
        self._socket = _join(group)
        self._until, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._listen, name="pybeam gossip", daemon=True)
        self._thread.start()

    def send(self, datagram: bytes) -> None:
        self._socket.sendto(datagram, self._to)

    def close(self) -> None:
        if self._stop < 0:
            return
        os.close(self._stop)  # the other end becomes readable
        self._stop = -1
        self._thread.join(JOIN_SECONDS)
        self._socket.close()

    def _listen(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._until, selectors.EVENT_READ)
            selector.register(self._socket, selectors.EVENT_READ)
            while not any(key.fd == self._until for key, _ in selector.select()):
                try:
                    self._receive(self._socket.recv(LONGEST_DATAGRAM))
                except BlockingIOError:
                    pass  # the datagram's checksum was wrong
                except OSError as error:
                    # An interface that goes away reports it here, perhaps at each call, for ever.
                    log.warning("gossip cannot receive: %s", error)
                    selector.unregister(self._socket)
                    selector.select(RETRY_SECONDS)
                    selector.register(self._socket, selectors.EVENT_READ)
        os.close(self._until)


def _join(group: Group) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    try:
        sock.setblocking(False)
        # Every node of this host binds the same port; the BSDs have another option for that.
        shared = socket.SO_REUSEADDR if sys.platform == "linux" else socket.SO_REUSEPORT
        sock.setsockopt(socket.SOL_SOCKET, shared, 1)
        interface = socket.inet_aton(group.interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, interface)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, group.ttl)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
        sock.bind((group.address, group.port))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group.address) + interface)
    except BaseException:
        sock.close()
        raise
    return sock
