"""The limits: what no runtime in Python can be faster than, each alone in a client and a server.

`python -m bench.limits KIND serve` is the server and says its address; `python -m bench.limits
KIND [ADDRESS]` is the client. Kinds: `echo` (pyzmq and pickle, unencrypted), `lone` (the same, for
one request at a time), `curve` (encrypted, as pybeam's own wire always is), `tcp` (bytes on a
socket), `function`, `dict`.
"""

from __future__ import annotations

import contextlib
import pickle
import socket
import sys
import time
from collections.abc import Callable, Mapping

import zmq

from bench.side import REQUEST, Readings, Task, announce, end_with_parent, serve, timed

IN_FLIGHT = 256
"""Requests on their way when there are many callers. Nobody waits for a certain one of them."""

ZMQ_KINDS = ("echo", "lone", "curve")
LARGE = b"large"
PUBLIC, SECRET = b"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", b"D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
"""The pair of keys that ZeroMQ's own documentation prints. They keep nothing secret here."""


def zmq_socket(kind: int, curve: bool, server: bool) -> zmq.Socket[bytes]:
    made: zmq.Socket[bytes] = zmq.Context.instance().socket(kind)
    made.setsockopt(zmq.LINGER, 0)
    made.setsockopt(zmq.RCVHWM, 0)
    made.setsockopt(zmq.SNDHWM, 0)
    if curve:
        made.curve_secretkey, made.curve_publickey = SECRET, PUBLIC
        if server:
            made.curve_server = True
        else:
            made.curve_serverkey = PUBLIC
    return made


def zmq_server(curve: bool) -> None:
    """Unpickle each request and send it back pickled; of a large value only its length."""
    router = zmq_socket(zmq.ROUTER, curve, server=True)
    announce(f"tcp://127.0.0.1:{router.bind_to_random_port('tcp://127.0.0.1')}")
    while True:
        source, *frames = router.recv_multipart()
        answer = len(frames[1]) if frames[0] == LARGE else pickle.loads(frames[0])
        router.send_multipart((source, pickle.dumps(answer, 5)))


class ZmqClient:
    """A connection to the echo server."""

    def __init__(self, address: str, curve: bool) -> None:
        self._socket = zmq_socket(zmq.DEALER, curve, server=False)
        self._socket.connect(address)

    def call_remote(self, count: int, callers: int) -> Readings:
        return self._one_by_one(count) if callers == 1 else self._in_flight(max(count, IN_FLIGHT))

    def large(self, count: int, size: int, array: int) -> Readings:
        """One frame each. An array's buffer is as good as bytes to it."""
        value = memoryview(bytes(size)) if array else bytes(size)
        assert self._send_large(value[:1]) == 1
        taken = timed(count, lambda: self._send_large(value))
        return taken | {"per_byte": taken["each"] / size}

    def sizes(self, count: int, size: int) -> Readings:
        value = bytes(size)
        return timed(count, lambda: self._send_large(value))

    def _send_large(self, value: bytes | memoryview) -> int:
        self._socket.send_multipart((LARGE, value), copy=False)
        length: int = pickle.loads(self._socket.recv())
        return length

    def _one_by_one(self, count: int) -> Readings:
        send, receive = self._socket.send, self._socket.recv
        start = time.perf_counter()
        for _ in range(count):
            send(pickle.dumps(REQUEST, 5))
            pickle.loads(receive())
        return {"each": (time.perf_counter() - start) / count}

    def _in_flight(self, count: int) -> Readings:
        send, receive = self._socket.send, self._socket.recv
        start = time.perf_counter()
        for _ in range(IN_FLIGHT):
            send(pickle.dumps(REQUEST, 5))
        for _ in range(count - IN_FLIGHT):
            pickle.loads(receive())
            send(pickle.dumps(REQUEST, 5))
        for _ in range(IN_FLIGHT):
            pickle.loads(receive())
        return {"each": (time.perf_counter() - start) / count}


def tcp_server() -> None:
    """Send back what comes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        announce(f"127.0.0.1:{listening.getsockname()[1]}")
        connection, _ = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := connection.recv(65536):
            connection.sendall(data)


def tcp_client(address: str) -> Callable[..., Readings]:
    host, _, port = address.partition(":")
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = pickle.dumps(REQUEST, 5)

    def turn() -> None:
        connection.sendall(request)
        connection.recv(65536)

    return lambda count, callers: timed(count, turn)


def identity(request: object) -> object:
    return request


def tasks(kind: str, address: str) -> Mapping[str, Task]:
    """What the client of each kind can do."""
    if kind in ZMQ_KINDS:
        client = ZmqClient(address, curve=kind == "curve")
        known: dict[str, Task] = {"call_remote callers=1" if kind == "lone" else "call_remote": client.call_remote}
        return known | {"large": client.large, "sizes": client.sizes} if kind == "curve" else known
    if kind == "tcp":
        return {"call_remote callers=1": tcp_client(address)}
    if kind == "function":
        return {"call_local": lambda count: timed(count, lambda: identity(REQUEST))}
    held = {f"k_1_{j}": j for j in range(5000)}
    return {"cache_own": lambda count: timed(count, lambda: held.get("k_1_4321"))}


def main() -> None:
    kind, *rest = sys.argv[1:]
    if rest != ["serve"]:
        return serve(tasks(kind, rest[0] if rest else ""), f"pyzmq {zmq.__version__}" if kind in ZMQ_KINDS else "")
    end_with_parent()
    with contextlib.suppress(ConnectionError):
        tcp_server() if kind == "tcp" else zmq_server(curve=kind == "curve")


if __name__ == "__main__":
    main()
