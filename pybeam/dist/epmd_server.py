"""Serves the port mapper's protocol at one host and port, for anybody who cares to connect.

What comes is hostile until it has proved to be a request: a connection is cut at the first impossible
byte, when it has been silent for too long, and, the oldest first, when too many are silent at once.
`epmd.Table` decides what is answered.
"""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Callable, Iterable

from . import epmd

IDLE = 5.0
"""Seconds that a connection may take to become a registered node's, or to end."""

MAX_WAITING = 256
"""Connections that may be open without holding a name. Each costs the node a file descriptor."""

MAX_NAMES = 1024
"""Connections that may hold a name; fewer where this OS process may not open many files."""


class Server:
    """A port mapper. Lives in the event loop that opened it."""

    def __init__(self, host: str, port: int, *, creation: int, idle: float = IDLE) -> None:
        """
        Args:
            host: where to bind, a name or an address.
            creation: as for `epmd.Table`.
        """
        self._host, self._port, self._idle = host.strip("[]"), port, idle
        self._table = epmd.Table(creation)
        self._waiting: dict[_Connection, None] = {}
        self._holding: dict[_Connection, str] = {}
        self._listener: asyncio.Server | None = None
        # Anybody on this machine may register; without a limit he could use up the node's file descriptors.
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._max_names = MAX_NAMES if soft == resource.RLIM_INFINITY else min(MAX_NAMES, soft // 2)

    async def open(self) -> None:
        """Bind and serve.

        Raises:
            OSError: the port cannot be had; EADDRINUSE when somebody else has it.
        """
        make = asyncio.get_running_loop().create_server
        listener = await make(
            lambda: _Connection(self), self._host, self._port, backlog=1024, start_serving=False, reuse_address=True
        )
        self._listener = listener
        # Two that bind at the same instant may both be allowed to; only one of them may listen.
        try:
            await listener.start_serving()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop serving: every connection is cut, so every node that had a name here knows at once."""
        if self._listener is not None:
            await self._accept_no_more(self._listener)
            self._listener.close()
        for connection in [*self._waiting, *self._holding]:
            connection.cut()

    async def _accept_no_more(self, listener: asyncio.Server) -> None:
        # A connection that was accepted, but is not yet a transport when the listener closes, fails an
        # assertion inside asyncio and is never closed. It becomes one within three turns.
        for listening in listener.sockets:
            asyncio.get_running_loop().remove_reader(listening)
        for _ in range(3):
            await asyncio.sleep(0)

    def descriptors(self) -> list[int]:
        """Of every socket."""
        listening = [sock.fileno() for sock in self._listener.sockets] if self._listener is not None else []
        return listening + [connection.descriptor() for connection in [*self._waiting, *self._holding]]

    def arrived(self, connection: _Connection) -> asyncio.TimerHandle:
        """A connection has come; the result is the timer that will cut it."""
        self._waiting[connection] = None
        if len(self._waiting) > MAX_WAITING:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.cut()
        return asyncio.get_running_loop().call_later(self._idle, connection.cut)

    def answer(self, connection: _Connection, request: epmd.Request, local: bool) -> tuple[bytes, bool]:
        """Carry out the request of a connection.

        Returns:
            The answer, and whether the connection holds a name from now on.
        """
        if isinstance(request, epmd.Alive) and local and len(self._holding) >= self._max_names:
            return epmd.pack_registered(request.highest, None), False
        answer, name = self._table.answer(request, port=self._port, local=local)
        if name is None:
            return answer, False
        self._waiting.pop(connection, None)
        self._holding[connection] = name
        return answer, True

    def left(self, connection: _Connection) -> None:
        """A connection has ended: its name, if it held one, is free."""
        self._waiting.pop(connection, None)
        if (name := self._holding.pop(connection, None)) is not None:
            self._table.unregister(name)


class _Connection(asyncio.Protocol):
    """One connection to the mapper."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._inbox = epmd.Inbox()
        self._asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._timer = self._server.arrived(self)

    def data_received(self, data: bytes) -> None:
        # One request a connection: who speaks again, a registered node included, is out of step.
        if self._asked:
            return self.cut()
        try:
            request = self._inbox.feed(data)
        except epmd.Malformed:
            return self.cut()
        if request is not None:
            self._asked = True
            self._answer(request)

    def _answer(self, request: epmd.Request) -> None:
        answer, holds = self._server.answer(self, request, self._is_local())
        self._transport.write(answer)
        if holds:
            self._timer.cancel()
        else:
            self._transport.close()

    def _is_local(self) -> bool:
        peer: str = self._transport.get_extra_info("peername")[0]
        here: str = self._transport.get_extra_info("sockname")[0]
        return peer == here or peer.startswith("127.") or peer == "::1"

    def connection_lost(self, error: Exception | None) -> None:
        self._timer.cancel()
        self._server.left(self)

    def cut(self) -> None:
        self._transport.abort()

    def descriptor(self) -> int:
        descriptor: int = self._transport.get_extra_info("socket").fileno()
        return descriptor


async def serve_until_signalled(port: int, hosts: Iterable[str], creation: int, ready: Callable[[], None]) -> None:
    """Serve at each of `hosts`, with a table each, until SIGINT or SIGTERM. Only in the main thread.

    Args:
        ready: called when all are open.

    Raises:
        OSError: a port cannot be had.
    """
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    servers = [Server(host, port, creation=creation) for host in hosts]
    try:
        for server in servers:
            await server.open()
        ready()
        await done.wait()
    finally:
        for server in servers:
            await server.close()
