"""What the tests of the port mapper share: nodes, what they know, and things that pose as a mapper."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pybeam.dist.mapper import Mapper, PortMapperError, names

PROJECT = Path(__file__).parents[2]
HERE = "127.0.0.1"

Start = Callable[..., Mapper]


def free_port() -> int:
    """A free port outside the range that outgoing connections draw from."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HERE, port))
            return port


@contextmanager
def starting(port: int) -> Iterator[Start]:
    """A function that starts the mapper of a node; all are stopped at the end."""
    with ExitStack() as stack:

        def start(name: str, at: int = 5000, *, host: str = HERE, timeout: float = 5.0, **settings: object) -> Mapper:
            mapper = Mapper(f"{name}@{host}", f"tcp://{host}:{at}", port=port, **settings)  # type: ignore[arg-type]
            mapper.start(timeout)
            stack.callback(mapper.stop)
            return mapper

        yield start


@contextmanager
def process(port: int, *names: str, then: str = "time.sleep(60)") -> Iterator[subprocess.Popen[str]]:
    """Nodes in an OS process of their own, registered when this yields."""
    code = f"""
import os, sys, time
from pybeam.dist.mapper import Mapper
mappers = [Mapper(f"{{name}}@{HERE}", "tcp://{HERE}:6000", port={port}) for name in {names!r}]
for mapper in mappers:
    mapper.start()
print("registered", flush=True)
{then}
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "registered\n"
            yield child
        finally:
            child.kill()


def until(condition: Callable[[], bool], seconds: float = 6.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)


def listed(port: int, host: str = HERE) -> list[str]:
    try:
        return sorted(name for name, _ in names(host, port))
    except PortMapperError:
        return []


def found(mapper: Mapper, name: str) -> str | None:
    answers: list[str | None] = []
    done = threading.Event()

    def answer(address: str | None) -> None:
        answers.append(address)
        done.set()

    mapper.lookup(name, answer)
    assert done.wait(4)
    assert len(answers) == 1
    return answers[0]


def servers(mappers: list[Mapper]) -> int:
    """How many of the nodes serve the port."""
    seats = [mapper._desk._seats[0] for mapper in mappers if mapper._desk is not None]
    return sum(seat._server is not None for seat in seats)


def connect(port: int, host: str = HERE) -> socket.socket:
    return socket.create_connection((host, port), timeout=10)


def is_cut(line: socket.socket) -> bool:
    try:
        return line.recv(1000) == b""
    except ConnectionError:
        return True


def speaks_http(line: socket.socket) -> None:
    line.recv(1000)
    line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    line.close()


def closes(line: socket.socket) -> None:
    line.close()


def is_silent(line: socket.socket) -> None:
    line.recv(1000)


@contextmanager
def occupied(port: int, behave: Callable[[socket.socket], None], host: str = HERE) -> Iterator[None]:
    """Something that is no port mapper has the port."""
    lines = []

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                lines.append(listener.accept()[0])
                behave(lines[-1])

    with socket.create_server((host, port)) as listener:
        thread = threading.Thread(target=accept, args=(listener,))
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for line in lines:
                line.close()
