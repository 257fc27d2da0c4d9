"""A node with an echo server, in an OS process of its own: `python -m bench.own.server NAME`.

It ends when its standard input does. The port mapper's port and the cookie come from the
environment.
"""

from __future__ import annotations

import sys
from typing import Any

from bench.own.memory import peak_above
from bench.side import announce, wait_for_end
from pybeam import GenServer, start_node


class EchoServer(GenServer):
    """Answers each request with itself, and takes whatever is cast."""

    def handle_call(self, request: Any, from_: Any) -> Any:
        return request

    def handle_cast(self, message: Any) -> None:
        pass


class Weigher(GenServer):
    """Answers a large value with its length in bytes, and "peak" with what holding it took."""

    def init(self) -> None:
        self.peak = peak_above()

    def handle_call(self, request: Any, from_: Any) -> Any:
        if isinstance(request, str):
            peak = self.peak()
            self.peak = peak_above()
            return peak
        return memoryview(request).nbytes

    @staticmethod
    def start_both() -> None:
        GenServer.start(EchoServer, name="echo")
        GenServer.start(Weigher, name="weigher")


def main() -> None:
    name = sys.argv[1]
    with start_node(name):
        Weigher.start_both()
        announce(name)
        wait_for_end()


if __name__ == "__main__":
    main()
