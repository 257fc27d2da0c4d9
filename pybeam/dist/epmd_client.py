"""Talks to a port mapper: registers a name, looks one up, lists them. Coroutines; `epmd` knows the bytes.

Nothing here tries twice or limits its time: the caller wraps it in `asyncio.timeout`. Hosts may be names
or addresses, an IPv6 one also in brackets. Each function raises `OSError` when nobody can be reached (a
`ConnectionError` when nobody listens or the line broke) and `epmd.Malformed` when what listens there is
no port mapper.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from . import epmd


class NameTaken(Exception):
    """The mapper has given the name to somebody else."""


class Line:
    """A connection to a port mapper."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, host: str, port: int) -> Line:
        reader, writer = await asyncio.open_connection(host.strip("[]"), port)
        line = cls(reader, writer)
        # A port in the range that outgoing connections draw from: one that is tried while nobody
        # listens can be given that very port as its own, and is then connected to itself.
        if writer.get_extra_info("sockname") == writer.get_extra_info("peername"):
            line.close()
            raise ConnectionRefusedError(f"nobody listens on port {port} of {host}")
        return line

    async def send(self, request: epmd.Request) -> None:
        self._writer.write(epmd.pack_request(request))
        await self._writer.drain()

    async def exactly(self, size: int) -> bytes:
        """The next `size` bytes; a line that ends before is a `ConnectionError`."""
        try:
            return await self._reader.readexactly(size)
        except asyncio.IncompleteReadError:
            raise ConnectionAbortedError("it closed the connection without an answer") from None

    async def rest(self) -> bytes:
        """All bytes until the other side closes."""
        answer = b""
        while more := await self._reader.read(epmd.MAX_ANSWER):
            answer += more
            if len(answer) > epmd.MAX_ANSWER:
                raise epmd.Malformed("it answered without end")
        if not answer:
            raise ConnectionAbortedError("it closed the connection without an answer")
        return answer

    async def lost(self) -> None:
        """Wait until the line ends, or something comes that nobody asked for, which is as good."""
        try:
            await self._reader.read(1)
        except OSError:
            return

    def descriptor(self) -> int:
        descriptor: int = self._writer.get_extra_info("socket").fileno()
        return descriptor

    def close(self) -> None:
        self._writer.close()


async def register(host: str, port: int, alive: epmd.Alive) -> Line:
    """Register a node.

    Returns:
        The line that holds the name: it is free again when the line closes.

    Raises:
        NameTaken: somebody else has it.
    """
    line = await Line.open(host, port)
    try:
        await line.send(alive)
        granted, following = epmd.unpack_registered(await line.exactly(2))
        if not granted:
            raise NameTaken(alive.name)
        await line.exactly(following)
    except BaseException:
        line.close()
        raise
    return line


async def look_up(host: str, port: int, name: str) -> epmd.Alive | None:
    """What the mapper knows of the node `name` (without host); None when nobody has that name."""
    async with _ask(host, port, epmd.PortPlease(name)) as line:
        return epmd.unpack_port(await line.rest())


async def list_names(host: str, port: int) -> list[tuple[str, int]]:
    """The registered names, with the nodes' ports."""
    async with _ask(host, port, epmd.Names()) as line:
        return epmd.unpack_names(await line.rest())


@asynccontextmanager
async def _ask(host: str, port: int, request: epmd.Request) -> AsyncIterator[Line]:
    line = await Line.open(host, port)
    try:
        await line.send(request)
        yield line
    finally:
        line.close()
