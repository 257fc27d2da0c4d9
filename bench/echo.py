"""The yardstick: a bare pyzmq echo with pickle, between two OS processes, and nothing else.

Run as `python -m bench.echo` it is the server: it prints its endpoint and echoes until its
standard input closes.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

import zmq

ROOT = Path(__file__).resolve().parent.parent
REQUEST = ("get", "k_1_4321")


def serve() -> None:
    """Unpickle each request and send it back pickled."""
    context = zmq.Context()
    router = context.socket(zmq.ROUTER)
    router.setsockopt(zmq.LINGER, 0)
    port = router.bind_to_random_port("tcp://127.0.0.1")
    print(f"tcp://127.0.0.1:{port}", flush=True)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    while True:
        source, body = router.recv_multipart()
        router.send_multipart((source, pickle.dumps(pickle.loads(body), 5)))


def _leave_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


class Echo:
    """An echo server in a child process, and a connection to it."""

    def __enter__(self) -> Echo:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "bench.echo"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._server.stdout is not None
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.connect(self._server.stdout.readline().strip())
        self.round_trip(200)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._context.term()
        self._server.kill()
        self._server.wait()

    def round_trip(self, requests: int) -> float:
        """Seconds a request, one at a time."""
        send, receive = self._socket.send, self._socket.recv
        start = time.perf_counter()
        for _ in range(requests):
            send(pickle.dumps(REQUEST, 5))
            pickle.loads(receive())
        return (time.perf_counter() - start) / requests

    def rate(self, requests: int, in_flight: int = 256) -> float:
        """Requests a second, with `in_flight` of them on their way."""
        send, receive = self._socket.send, self._socket.recv
        start = time.perf_counter()
        for _ in range(in_flight):
            send(pickle.dumps(REQUEST, 5))
        for _ in range(requests - in_flight):
            pickle.loads(receive())
            send(pickle.dumps(REQUEST, 5))
        for _ in range(in_flight):
            pickle.loads(receive())
        return requests / (time.perf_counter() - start)


if __name__ == "__main__":
    serve()
