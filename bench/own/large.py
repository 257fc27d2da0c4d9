"""Values of up to a gigabyte to another node, with a ping beside them, and the memory that takes."""

from __future__ import annotations

import gc
import time

from bench.figures import percentile
from bench.own.memory import peak_above
from bench.side import REQUEST, Readings
from pybeam import GenServer, process
from pybeam.process import run as in_process

PAUSE = 0.002
"""Seconds between two pings: they are to wait behind the value, not to compete with it."""


def large(weigher: tuple[str, str], echo: tuple[str, str], count: int, size: int, array: int) -> Readings:
    """Send a value of `size` bytes `count` times; bytes, or a numpy array.

    Returns:
        `each` and `per_byte`, seconds; `ping`, the 99th percentile of a small call beside it, seconds; `peak`,
        how many times its size either node held at once, the value itself included.
    """
    gc.collect()
    GenServer.call(weigher, "peak", timeout=None)
    peak_here = peak_above()
    value = made(size, array)
    taken, pings = in_process(_send, weigher, echo, value, count)
    here = peak_here()
    there = GenServer.call(weigher, "peak", timeout=None)
    assert isinstance(there, int)
    each = taken / count
    return {"each": each, "per_byte": each / size, "ping": percentile(pings, 0.99), "peak": max(here, there) / size}


def made(size: int, array: int) -> object:
    if not array:
        return b"x" * size
    import numpy

    return numpy.ones(size, numpy.uint8)


def _send(weigher: tuple[str, str], echo: tuple[str, str], value: object, count: int) -> tuple[float, list[float]]:
    pings: list[float] = []

    def ping() -> None:
        while True:
            start = time.perf_counter()
            GenServer.call(echo, REQUEST, timeout=None)
            pings.append(time.perf_counter() - start)
            process.sleep(PAUSE)

    pinging = process.spawn(ping)
    GenServer.call(echo, REQUEST)
    start = time.perf_counter()
    for _ in range(count):
        GenServer.call(weigher, value, timeout=None)
    taken = time.perf_counter() - start
    process.exit(pinging, "kill")
    return taken, pings or [taken]
