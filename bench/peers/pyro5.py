"""Pyro5: a daemon with threads, one proxy a caller, and marshal, its fastest serializer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import version

import Pyro5.api

from bench.side import REQUEST, Readings, announce, end_with_parent, serve, timed, timed_in_threads

Pyro5.config.SERIALIZER = "marshal"
Pyro5.config.THREADPOOL_SIZE = 100
Pyro5.config.THREADPOOL_SIZE_MIN = 70


@Pyro5.api.expose
class Echo:
    """Answers each request with itself."""

    def echo(self, request: object) -> object:
        return request


def turn_of(address: str) -> Callable[[], object]:
    proxy = Pyro5.api.Proxy(address)
    return lambda: proxy.echo(REQUEST)


def main() -> None:
    if sys.argv[1] == "serve":
        daemon = Pyro5.api.Daemon(host="127.0.0.1")
        announce(str(daemon.register(Echo())))
        end_with_parent()
        daemon.requestLoop()
        return
    address = sys.argv[1]
    alone = turn_of(address)

    def call_remote(count: int, callers: int) -> Readings:
        return timed(count, alone) if callers == 1 else timed_in_threads(count, callers, lambda: turn_of(address))

    serve({"call_remote callers=1": call_remote, "call_remote callers=64": call_remote}, version("pyro5"))


if __name__ == "__main__":
    main()
