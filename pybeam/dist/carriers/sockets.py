"""The sockets of the ZeroMQ carrier: what each is told, how one is made, bound, and given its keys."""

from __future__ import annotations

from typing import cast

import zmq
from zmq.utils import z85

from .carrier import MAX_PART

Socket = zmq.Socket[bytes]
Context = zmq.Context[Socket]
Options = dict[int, int | bytes]

ENVELOPE = 1024
"""Bytes that a part may have above MAX_PART on the wire: libzmq counts CURVE's envelope (33) as part of it."""

# A peer that sends nothing was never missed without heartbeats, on either side. A heartbeat is only made while
# the output buffer is free, so a peer frozen under a full one was never missed without TCP_MAXRT.
_HEARTBEATS: Options = {zmq.HEARTBEAT_IVL: 2000, zmq.HEARTBEAT_TIMEOUT: 6000, zmq.HEARTBEAT_TTL: 8000}
_COMMON: Options = _HEARTBEATS | {zmq.TCP_MAXRT: 8000, zmq.LINGER: 0}
# With a bounded queue libzmq stops reading when it is full, heartbeats too, and a busy node was declared dead;
# the sessions' credit bounds memory. Unless ZAP is enforced, a missing handler lets every key in.
_ZAP: Options = {zmq.CURVE_SERVER: 1, zmq.ZAP_DOMAIN: b"pybeam", zmq.ZAP_ENFORCE_DOMAIN: 1}
ROUTER = _COMMON | _ZAP | {zmq.RCVHWM: 0, zmq.BACKLOG: 1024, zmq.MAXMSGSIZE: MAX_PART + ENVELOPE}
# IMMEDIATE: nothing is queued before the handshake is through. It only sends: what comes back is cut short.
_ONCE: Options = {zmq.IMMEDIATE: 1, zmq.RECONNECT_IVL: -1}
DEALER = _COMMON | _ONCE | {zmq.SNDHWM: 0, zmq.RCVHWM: 1, zmq.MAXMSGSIZE: 4096}


def new_socket(context: Context, kind: int, options: Options) -> Socket:
    socket = context.socket(kind)
    for option, value in options.items():
        socket.set(option, value)
    return socket


def listen(router: Socket, host: str, port: int) -> str:
    """Bind, and say where."""
    bare = host.strip("[]")
    router.set(zmq.IPV6, int(":" in bare))
    router.bind(f"tcp://[{bare}]:{port or '*'}" if ":" in bare else f"tcp://{bare}:{port or '*'}")
    return cast(bytes, router.get(zmq.LAST_ENDPOINT)).rstrip(b"\0").decode()


def key_pair(secret: bytes) -> tuple[bytes, bytes]:
    """Public and secret key as libzmq wants them, in Z85."""
    if len(secret) != 32:
        raise ValueError(f"a Curve25519 secret key has 32 bytes, not {len(secret)}")
    encoded = z85.encode(secret)
    return zmq.curve_public(encoded), encoded
