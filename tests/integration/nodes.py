"""Real nodes in OS processes of their own, told through a pipe what to do, and gone at the end of the test.

The pipe is no part of what is tested: a node that is refused, cut off, or has no name can still be asked.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from multiprocessing import Pipe
from pathlib import Path
from resource import getpagesize
from typing import Any, ParamSpec, TypeVar

import cloudpickle

from pybeam import node, start_node
from tests.integration import child
from tests.integration.lab import until
from tests.integration.mapping import HERE, PROJECT, free_port

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 30.0
"""Seconds after which a child that has not answered fails the test."""


class Ended(Exception):
    """The OS process has ended without an answer."""


class House:
    """An OS process in which a node may live.

    Attributes:
        name: of the node that was started in it last.
    """

    def __init__(self, process: subprocess.Popen[bytes], line: Any, log: Path) -> None:
        self.name = "nonode@nohost"
        self.pid = process.pid
        self._process = process
        self._line = line
        self._log = log
        self._numbers = count(1)
        self._ready: Future[None] = Future()
        self._asked: dict[int, Future[Any]] = {0: self._ready}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def does(self, fun: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have its main thread call `fun`; what that returns or raises."""
        return self._ask(False, fun, args, kwargs).result(PATIENCE)

    def begins(self, fun: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a thread of its own call `fun`."""
        return self._ask(True, fun, args, kwargs)

    def starts(self, short: str, **settings: Any) -> Future[None]:
        """Have its main thread start the node `short`@127.0.0.1."""
        self.name = here(short)
        return self._ask(False, _start, (self.name,), settings)

    def ready(self) -> House:
        """Wait until it takes orders."""
        self._ready.result(PATIENCE)
        return self

    def _ask(self, in_background: bool, fun: Callable[..., T], args: Any, kwargs: Any) -> Future[T]:
        number, answer = next(self._numbers), Future[T]()
        self._asked[number] = answer
        self._line.send_bytes(child.order(number, in_background, fun, args, kwargs))
        return answer

    def _read(self) -> None:
        try:
            while True:
                number, well, outcome = cloudpickle.loads(self._line.recv_bytes())
                answer = self._asked.pop(number)
                if well:
                    answer.set_result(outcome)
                else:
                    answer.set_exception(outcome)
        except (EOFError, OSError):
            for answer in self._asked.values():
                answer.set_exception(Ended(self.log()))

    def log(self) -> str:
        """What it has written to stderr."""
        return self._log.read_text()

    def says(self, text: str, seconds: float = 10.0) -> None:
        """Wait until it has written `text` to stderr."""
        until(lambda: text in self.log(), seconds)

    def memory(self) -> int:
        """Bytes that it has in memory now."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * getpagesize()

    def files(self) -> int:
        """How many files and sockets it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def is_up(self) -> bool:
        return self._process.poll() is None

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def tear_down(self) -> None:
        self.kill()
        self._reader.join()
        self._line.close()


class Site:
    """What a test's nodes have in common and share with no others: a port mapper's port, a cookie, a home."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.directory = directory
        self.houses: list[House] = []
        self._numbers = count(1)

    def house(self, **changes: str | None) -> House:
        """Start an OS process without a node.

        Args:
            changes: to its environment; None takes a variable out.
        """
        ours, theirs = Pipe()
        log = self.directory / f"log{next(self._numbers)}"
        with log.open("wb") as stderr, theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.child", str(theirs.fileno())],
                cwd=PROJECT,
                env=self.variables(**changes),
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                pass_fds=[theirs.fileno()],
            )
        self.houses.append(House(process, ours, log))
        return self.houses[-1]

    def variables(self, **changes: str | None) -> dict[str, str]:
        """The environment of an OS process that belongs here."""
        ours: dict[str, str | None] = {
            **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ},
            "HOME": str(self.directory),
            "PYTHONPATH": str(PROJECT),
            "PYBEAM_EPMD_PORT": str(self.port),
            "PYBEAM_COOKIE": "a cookie for a test",
        }
        return {name: value for name, value in (ours | changes).items() if value is not None}

    def nodes(self, *shorts: str, **settings: Any) -> list[House]:
        """Start a node of each name, each in a house of its own; they do not know of each other yet."""
        houses = [self.house() for _ in shorts]
        started = [house.starts(short, **settings) for house, short in zip(houses, shorts, strict=True)]
        for future in started:
            future.result(PATIENCE)
        return houses

    def node(self, short: str, **settings: Any) -> House:
        """Start one node."""
        return self.nodes(short, **settings)[0]

    @contextmanager
    def guest(self, short: str | None = None, /, **settings: Any) -> Iterator[House]:
        """A house, with a node in it where one is named, for as long as the statement takes.

        Args:
            settings: of the node; without one, changes to the environment.
        """
        house = self.house(**settings) if short is None else self.node(short, **settings)
        try:
            yield house
        finally:
            house.tear_down()
            self.houses.remove(house)

    def mesh(self, *shorts: str) -> list[House]:
        """Start nodes, and connect all of them."""
        first, *others = houses = self.nodes(*shorts)
        for other in others:
            assert other.does(node.ping, first.name) == "pong"
        until(lambda: is_mesh(houses))
        return houses


@contextmanager
def site_in(directory: Path) -> Iterator[Site]:
    """A site; whatever runs there is killed at the end."""
    site = Site(directory)
    try:
        yield site
    finally:
        for house in site.houses:
            house.tear_down()


def here(short: str) -> str:
    """A node's name on this host."""
    return f"{short}@{HERE}"


def is_mesh(houses: list[House]) -> bool:
    """Whether each node is connected to all others of these, and to nobody else."""
    names = {house.name for house in houses}
    return all(set(house.does(node.list)) == names - {house.name} for house in houses)


def _start(name: str, **settings: Any) -> None:
    start_node(name, **settings)
