"""Finds nodes by their names, with the protocol of Erlang's port mapper, on a thread of its own.

There is no daemon to install: the first node on a host serves the port inside its own process, at the host
in its name and nowhere else; the others keep a line to it, and when it goes one of them takes over. Where a
real `epmd` listens, it is used as it is. A node whose host is not the loopback address takes a second seat
at 127.0.0.1, so that `pybeam names` and `epmd -names` on that machine list it.

What a mapper says is a hint: anybody on the host can register any name. The session's HELLO is what tells
one node from another.

The price of having no daemon: while the OS process that serves the port is stopped (SIGSTOP, a debugger), it
still has the port, and nobody of its host is found or can register. Sessions that are up are not disturbed.
A host where that matters runs `pybeam epmd`, or a real `epmd`, before its first node.

Here are the calls that block; the event loop behind them (`desk`, `seat`, `epmd_client`, `epmd_server`) is
imported when it is first needed, so that `import pybeam` does not pay for it.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable
from logging import Logger, getLogger
from typing import TYPE_CHECKING

from ..errors import PybeamError
from ..terms import split_name
from .epmd import HIDDEN, VISIBLE, Alive, Malformed

if TYPE_CHECKING:
    from .desk import Desk


class PortMapperError(PybeamError):
    """The port mapper cannot be asked, or cannot be served; the text says why."""


class Mapper:
    """The entry of one node in the port mapper, and its `Resolver`."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        port: int,
        visible: bool = True,
        log: Logger | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """
        Args:
            name: the node's, `"name@host"`.
            address: where its carrier listens, for instance `"tcp://127.0.0.1:41233"`.
            port: the port mappers' port, here and on every other host.
            visible: whether it registers as a visible or as a hidden node.
            log: where to say that the name was lost; otherwise the logger of this module.
            jitter: gives numbers from 0 up to 1.
        """
        short, self._host = split_name(name)
        self._alive = Alive(short, int(address.rpartition(":")[2]), VISIBLE if visible else HIDDEN)
        self._port, self._log, self._jitter = port, log or getLogger(__name__), jitter
        self._desk: Desk | None = None
        self._thread: threading.Thread | None = None

    def start(self, timeout: float = 5.0) -> None:
        """Register the name; returns when it is registered. Once in the life of a mapper.

        Args:
            timeout: seconds after which to give up.

        Raises:
            NodeStartError: the name is taken on this host, the port is occupied by something
                that is no port mapper, or it can be neither reached nor served. Nothing runs then.
        """
        from concurrent.futures import Future

        from .desk import Desk

        registered: Future[None] = Future()
        self._desk = Desk(self._alive, self._host, self._port, log=self._log, jitter=self._jitter)
        self._thread = threading.Thread(
            target=self._desk.live, args=(timeout, registered), name=f"mapper of {self._alive.name}", daemon=True
        )
        self._thread.start()
        try:
            registered.result()
        except BaseException:
            self.stop()
            raise

    def lookup(self, name: str, answer: Callable[[str | None], None]) -> None:
        """Find the address of a node, afresh each time. As in `runtime.ports.Resolver`.

        Any thread. `answer` is called once, in this thread or in the mapper's, within 2 s; with None
        also when the mapper is not running or the name is malformed.
        """
        if self._desk is None:
            answer(None)
        else:
            self._desk.ask(name, answer)

    def stop(self) -> None:
        """Give up the name and the port, end the thread. Any thread but the mapper's, any number of times."""
        if self._desk is not None and self._thread is not None:
            self._desk.stop()
            self._thread.join()

    def forget_after_fork(self) -> None:
        """Let go of the parent's sockets: only in the child of a fork, where the mapper's thread is gone."""
        if self._desk is not None:
            self._desk.forget_after_fork()
        self._thread = None


def names(host: str, port: int, timeout: float = 2.0) -> list[tuple[str, int]]:
    """The names that the port mapper of a host knows, with the nodes' ports.

    Args:
        timeout: seconds.

    Raises:
        PortMapperError: nobody answers there, or something that is no port mapper.
    """
    from .desk import run, within
    from .epmd_client import list_names

    try:
        return run(within(timeout, list_names(host, port)))
    except Malformed as error:
        raise PortMapperError(f"port {port} of {host} is not a port mapper's: {error}") from error
    except OSError as error:
        why = str(error) or f"no answer within {timeout:g} s"
        raise PortMapperError(f"no port mapper can be reached at {host}:{port}: {why}") from error


def serve_forever(
    port: int, *, hosts: Iterable[str] = ("127.0.0.1",), ready: Callable[[], None] = lambda: None
) -> None:
    """Serve as a port mapper until Ctrl-C or SIGTERM. Only in the main thread.

    Args:
        hosts: the addresses to bind; each has names of its own.
        ready: called when the ports are open.

    Raises:
        PortMapperError: a port cannot be had.
    """
    from .desk import run
    from .epmd_server import serve_until_signalled

    try:
        run(serve_until_signalled(port, hosts, random.getrandbits(31), ready))
    except OSError as error:
        raise PortMapperError(f"cannot serve as a port mapper on port {port}: {error}") from error
