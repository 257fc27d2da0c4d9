"""rpyc: a threaded server, one connection a caller. `serve`, or the server's port."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import version

import rpyc
from rpyc.utils.server import ThreadedServer

from bench.side import REQUEST, Readings, announce, end_with_parent, serve, timed, timed_in_threads


class Echo(rpyc.Service):
    """Answers each request with itself. A tuple of strings goes by value."""

    def exposed_echo(self, request: object) -> object:
        return request


def turn_of(port: int) -> Callable[[], object]:
    root = rpyc.connect("127.0.0.1", port).root
    return lambda: root.echo(REQUEST)


def main() -> None:
    if sys.argv[1] == "serve":
        server = ThreadedServer(Echo, hostname="127.0.0.1", port=0)
        announce(str(server.port))
        end_with_parent()
        server.start()
        return
    port = int(sys.argv[1])
    alone = turn_of(port)

    def call_remote(count: int, callers: int) -> Readings:
        return timed(count, alone) if callers == 1 else timed_in_threads(count, callers, lambda: turn_of(port))

    serve({"call_remote callers=1": call_remote, "call_remote callers=64": call_remote}, version("rpyc"))


if __name__ == "__main__":
    main()
