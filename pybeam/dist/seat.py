"""Keeps one node's name registered at one host's port mapper, and serves that port where nobody does.

Registering is always done over the network, to our own server too, so there is one way in and one way to
lose it: the line ends. Then whoever binds the port first serves it, and all others register with him. That
several try at once, and that a connection is refused because the winner does not listen yet, is normal.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterator
from logging import DEBUG, INFO, WARNING, Logger
from math import inf

from ..errors import NodeStartError
from .epmd import Alive, Malformed
from .epmd_client import Line, NameTaken, register
from .epmd_server import Server

ANSWER_TIME = 3.0
"""Seconds that an attempt to register again may take."""

GRACE = 0.3
"""Seconds that a refusal at the start must last before it counts."""


def delays(jitter: Callable[[], float], longest: float = 1.0) -> Iterator[float]:
    """How long to wait before each attempt, in seconds: 21 to 49 ms, then doubling up to about `longest`.

    Args:
        jitter: gives numbers from 0 up to 1, so that five nodes that lost the same mapper do not
            march in step.

    >>> waits = delays(lambda: 0.5)
    >>> [round(next(waits), 3) for _ in range(7)]
    [0.035, 0.07, 0.14, 0.28, 0.56, 1.0, 1.0]
    """
    step = 0.035
    while True:
        yield step * (0.6 + 0.8 * jitter())
        step = min(2 * step, longest)


class Seat:
    """A node's place in the port mapper of one host."""

    def __init__(
        self, alive: Alive, host: str, port: int, *, log: Logger, jitter: Callable[[], float], main: bool = True
    ) -> None:
        """
        Args:
            main: whether the node is looked up here; losing a seat that is not does not
                deserve a warning.
        """
        self._alive, self._host, self._port = alive, host, port
        self._log, self._jitter, self._main = log, jitter, main
        self._server: Server | None = None
        self._line: Line | None = None
        self._held = asyncio.Event()

    async def claim(self, seconds: float) -> None:
        """Register for the first time.

        Args:
            seconds: how long to try.

        Raises:
            NodeStartError: the name is taken, or no port mapper can be reached or served.
        """
        now = asyncio.get_running_loop().time
        start = now()
        for delay in delays(self._jitter):
            try:
                return await self._take(start + seconds - now())
            except (NameTaken, Malformed, OSError) as error:
                if now() + delay > start + min(_patience(error), seconds):
                    raise NodeStartError(self._story(error)) from error
            await asyncio.sleep(delay)

    async def keep(self) -> None:
        """Hold the name for ever, taking it again each time it is lost."""
        while True:
            if self._line is None:
                await self._retake()
            assert self._line is not None
            await self._line.lost()
            self._held.clear()
            self._line.close()
            self._line = None

    async def settled(self, seconds: float) -> None:
        """Wait until the name is registered, but for `seconds` at most."""
        try:
            async with asyncio.timeout(seconds):
                await self._held.wait()
        except TimeoutError:
            return

    async def close(self) -> None:
        """Give up the name, and the port where it is served here."""
        self._held.clear()
        if self._line is not None:
            self._line.close()
        if self._server is not None:
            await self._server.close()

    def descriptors(self) -> list[int]:
        """Of every socket."""
        line = [self._line.descriptor()] if self._line is not None else []
        return line + (self._server.descriptors() if self._server is not None else [])

    async def _retake(self) -> None:
        told = False
        # At a seat that is not the main one, a name may be taken for good: by a node of that name
        # at another address of this machine, or by this one, where one mapper serves all addresses.
        for delay in delays(self._jitter, longest=1.0 if self._main else 10.0):
            await asyncio.sleep(delay)
            try:
                await self._take(ANSWER_TIME)
            except (NameTaken, Malformed, OSError) as error:
                grave = self._main and not told and not isinstance(error, OSError)
                told |= grave
                self._log.log(WARNING if grave else DEBUG, "%s; trying again until it works", self._story(error))
            else:
                self._log.log(INFO if told else DEBUG, "registered at the port mapper %s", self._where)
                return

    async def _take(self, seconds: float) -> None:
        """Try once to register, serving the port first where nobody does."""
        async with asyncio.timeout(seconds):
            try:
                self._line = await register(self._host, self._port, self._alive)
            except ConnectionAbortedError:
                raise
            except OSError:
                await self._serve()
                self._line = await register(self._host, self._port, self._alive)
        self._held.set()

    async def _serve(self) -> None:
        if self._server is not None:
            return
        server = Server(self._host, self._port, creation=int(self._jitter() * 2**31))
        try:
            await server.open()
        except OSError as error:
            # Somebody was faster: register with him.
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            self._server = server
            self._log.debug("serving as the port mapper %s", self._where)

    @property
    def _where(self) -> str:
        return f"{self._host}:{self._port}"

    def _story(self, error: Exception) -> str:
        match error:
            case NameTaken():
                return (
                    f"the name {self._alive.name!r} is already taken on this host: "
                    f"the port mapper {self._where} has given it to another node"
                )
            case Malformed() | ConnectionAbortedError():
                return (
                    f"port {self._port} of {self._host} is occupied by something that is not a port mapper: {error}; "
                    "free it, or choose another port with --epmd-port"
                )
            case TimeoutError():
                return (
                    f"nothing answers on port {self._port} of {self._host}: either that host cannot be reached, "
                    "or what has the port is not a port mapper; then free it, or choose another port with --epmd-port"
                )
        return f"no port mapper can be reached at {self._where}, nor served there: {error}"


def _patience(error: Exception) -> float:
    """For how many seconds a first registration may go on failing like this."""
    match error:
        case NameTaken() | Malformed() | ConnectionAbortedError():
            # A killed node's last connection may be read after its successor's first; a mapper may be dying.
            return GRACE
        case ConnectionError() | TimeoutError():
            return inf
    return 0.0
