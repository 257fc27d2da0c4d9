"""The event loop behind a `Mapper`: it keeps a node's seats and answers its lookups.

`Desk.live` is the body of a thread; the other public methods are called from other threads.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from ipaddress import ip_address
from logging import Logger
from math import inf
from typing import Any, TypeVar

from ..errors import NodeStartError
from ..terms import split_name
from .epmd import Alive
from .epmd_client import look_up
from .seat import Seat

T = TypeVar("T")
Answer = Callable[[str | None], None]

LOOKUP_TIME = 2.0
"""Seconds after which a lookup is answered with None."""

RETAKE_TIME = 0.5
"""Seconds that a lookup at our own host waits for the node's own name to be registered again."""

QUIET_SECONDS = 60.0
"""Between two complaints of the event loop."""

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class Desk:
    """One node's dealings with port mappers."""

    def __init__(self, alive: Alive, host: str, port: int, *, log: Logger, jitter: Callable[[], float]) -> None:
        hosts = [host] if host in LOOPBACK else [host, "127.0.0.1"]
        self._seats = [Seat(alive, at, port, log=log, jitter=jitter, main=at is host) for at in hosts]
        self._host, self._port, self._log = host, port, log
        # No policy is asked for a loop: the program may have set one for its own, other loops.
        self._loop = asyncio.SelectorEventLoop()
        self._loop.set_exception_handler(self._complain)
        self._complained = -inf
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def _complain(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # Out of descriptors, a server's loop fails to accept thousands of times a second.
        if loop.time() - self._complained >= QUIET_SECONDS:
            self._complained = loop.time()
            self._log.warning("trouble at the port mapper: %s", context.get("exception") or context["message"])

    def live(self, seconds: float, registered: Future[None]) -> None:
        """Register, then stay registered until `stop`. Never raises.

        Args:
            seconds: how long to try to register.
            registered: gets its result when the name is registered, or the `NodeStartError`.
        """
        try:
            self._loop.run_until_complete(self._live(seconds, registered))
        except Exception as error:
            if registered.done():
                self._log.exception("the thread that keeps the node registered has failed")
            else:
                registered.set_exception(error)
        finally:
            with self._lock:
                self._closed = True
            self._loop.run_until_complete(self._leave())
            self._loop.close()

    def ask(self, name: str, answer: Answer) -> None:
        """Look the node `name` up; `answer` is called once, in this thread or in that of `live`."""
        with self._lock:
            if not self._closed:
                self._loop.call_soon_threadsafe(self._begin, name, answer)
                return
        self._tell(answer, name, None)

    def stop(self) -> None:
        """Make `live` end soon."""
        with self._lock:
            if not self._closed:
                self._loop.call_soon_threadsafe(self._stopped.set)

    def forget_after_fork(self) -> None:
        """Let go of the parent's sockets, in the child of a fork."""
        # While the child has them open nobody would see the parent die: its name would stay taken,
        # and the port that it served would stay bound. The numbers stay in use, for something
        # harmless, because the objects that hold them will close them once more.
        null = os.open(os.devnull, os.O_RDWR)
        for seat in self._seats:
            for descriptor in seat.descriptors():
                os.dup2(null, descriptor, inheritable=False)
        os.close(null)
        self._lock, self._closed = threading.Lock(), True

    async def _live(self, seconds: float, registered: Future[None]) -> None:
        work, stopped = self._start(self._work(seconds, registered)), self._start(self._stopped.wait())
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
        if not registered.done():
            raise NodeStartError("the node was stopped before its name was registered")

    async def _work(self, seconds: float, registered: Future[None]) -> None:
        await self._seats[0].claim(seconds)
        registered.set_result(None)
        await asyncio.gather(*(seat.keep() for seat in self._seats))

    async def _leave(self) -> None:
        # Only our own tasks: a connection that is being accepted is one of the loop's, and would leak.
        await cancel(self._tasks)
        for seat in self._seats:
            await seat.close()
        # A transport closes in the turn after it was told to.
        await asyncio.sleep(0)

    def _start(self, coroutine: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _begin(self, name: str, answer: Answer) -> None:
        if self._closed:
            self._tell(answer, name, None)
            return
        self._start(self._answer(name, answer))

    async def _answer(self, name: str, answer: Answer) -> None:
        address = None
        try:
            address = await within(LOOKUP_TIME, self._look_up(name))
        except (OSError, ValueError) as error:
            self._log.debug("looking up %s: %s", name, str(error) or "no answer")
        finally:
            self._tell(answer, name, address)

    async def _look_up(self, name: str) -> str | None:
        short, host = split_name(name)
        # Never a name: whoever dials one resolves it in the one thread that moves the bytes of every link.
        ip = await resolve(host)
        found = await (self._find_here(ip, short) if host == self._host else look_up(ip, self._port, short))
        if found is None:
            return None
        return f"tcp://[{ip}]:{found.port}" if ":" in ip else f"tcp://{ip}:{found.port}"

    async def _find_here(self, ip: str, short: str) -> Alive | None:
        # A mapper of our own host that is gone is replaced in a moment, by us if by nobody else.
        while True:
            await self._seats[0].settled(RETAKE_TIME)
            try:
                return await look_up(ip, self._port, short)
            except ConnectionError:
                await asyncio.sleep(0.02)

    def _tell(self, answer: Answer, name: str, address: str | None) -> None:
        try:
            answer(address)
        except Exception:
            self._log.exception("whoever looked up %s did not take the answer", name)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run to its end in an event loop of its own, and leave nothing behind."""
    loop = asyncio.SelectorEventLoop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.run_until_complete(cancel_others())
        loop.close()


async def resolve(host: str) -> str:
    """The address that a host stands for: itself, without brackets, or the IPv4 address of a name.

    Raises:
        OSError: there is none.
    """
    bare = host.strip("[]")
    try:
        return str(ip_address(bare))
    except ValueError:
        found = await asyncio.get_running_loop().getaddrinfo(bare, None)
    for *_, place in found:
        if "." in (ip := str(place[0])):
            return ip
    raise OSError(f"{host} has no IPv4 address")


async def within(seconds: float, coroutine: Coroutine[Any, Any, T]) -> T:
    """Await at most `seconds`, else `TimeoutError`."""
    async with asyncio.timeout(seconds):
        return await coroutine


async def cancel_others() -> None:
    """`cancel` every other task of this loop."""
    await cancel(asyncio.all_tasks() - {asyncio.current_task()})


async def cancel(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancel these tasks, and wait until they have ended."""
    ending = [task for task in tasks if task is not None]
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)
    await asyncio.sleep(0)
