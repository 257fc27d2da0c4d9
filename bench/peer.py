"""A node with an echo server, in an OS process of its own: `python -m bench.peer NAME`.

It prints `ready` when it answers, and ends when its standard input closes. The port mapper's port
and the cookie come from the environment.
"""

from __future__ import annotations

import sys
from typing import Any

from pybeam import GenServer, start_node


class EchoServer(GenServer):
    """Answers each request with itself."""

    def handle_call(self, request: Any, from_: Any) -> Any:
        return request


def main() -> None:
    with start_node(sys.argv[1]):
        GenServer.start(EchoServer, name="echo")
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
