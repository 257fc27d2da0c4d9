"""A contender's half of the talk with `bench.run`. The standard library alone: peers import it too.

A client is asked in lines, `work name=number ...`, and answers each with one line of JSON, the
readings: numbers by name, or `{"error": why}`. Before the first it says which works it knows. A
server says where it listens, and ends when its standard input does, so that nothing outlives a
command that was killed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

REQUEST = ("get", "k_1_4321")
"""What each call carries."""

Readings = dict[str, float]
Task = Callable[..., Readings]
AsyncTask = Callable[..., Awaitable[Readings]]


def serve(tasks: Mapping[str, Task], version: str = "") -> None:
    """Do what each line of standard input asks for, until it ends."""
    _say({"ready": sorted(tasks), "version": version})
    for line in sys.stdin:
        _say(_done(tasks, line))


async def serve_async(tasks: Mapping[str, AsyncTask], version: str = "") -> None:
    """`serve` for coroutines. While a task runs nothing else is asked, so reading may block the loop."""
    _say({"ready": sorted(tasks), "version": version})
    for line in sys.stdin:
        try:
            _say(await find(tasks, line)(**parsed(line)[1]))
        except Exception as error:
            _say({"error": f"{type(error).__name__}: {error}"})


def announce(address: str) -> None:
    """Say where this server listens."""
    _say({"ready": [], "address": address})


def wait_for_end() -> None:
    """Block until the command closes standard input."""
    while sys.stdin.read(1):
        pass


def end_with_parent() -> None:
    """End this OS process when standard input ends, whatever its main thread does."""

    def watch() -> None:
        wait_for_end()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def parsed(line: str) -> tuple[str, dict[str, int]]:
    """A request's name and numbers.

    >>> parsed("call_remote count=500 callers=64")
    ('call_remote', {'count': 500, 'callers': 64})
    """
    name, *words = line.split()
    return name, {key: int(number) for key, _, number in (word.partition("=") for word in words)}


def find(tasks: Mapping[str, T], line: str) -> T:
    """The task for a request: under its name with its options, for who can do only that, or its name alone.

    >>> find({"call_remote callers=1": "one by one"}, "call_remote callers=1 count=500")
    'one by one'
    """
    exact = line.partition(" count=")[0].strip()
    return tasks[exact] if exact in tasks else tasks[parsed(line)[0]]


def timed(count: int, act: Callable[[], object]) -> Readings:
    """Seconds each of `count` turns of `act`."""
    start = time.perf_counter()
    for _ in range(count):
        act()
    return {"each": (time.perf_counter() - start) / count}


async def timed_async(count: int, callers: int, act: Callable[[], Awaitable[object]]) -> Readings:
    """Seconds a turn of `act`, with `callers` of them under way at once."""
    import asyncio

    turns = max(1, count // callers)

    async def caller() -> None:
        for _ in range(turns):
            await act()

    start = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return {"each": (time.perf_counter() - start) / (turns * callers)}


def timed_in_threads(count: int, callers: int, connect: Callable[[], Callable[[], object]]) -> Readings:
    """The same with threads. `connect` gives each its own way to make one turn, and is not timed."""
    turns = max(1, count // callers)
    failures: list[BaseException] = []
    connected = threading.Barrier(callers + 1)

    def caller() -> None:
        try:
            act = connect()
            connected.wait(30)
            for _ in range(turns):
                act()
        except BaseException as error:
            failures.append(error)
            connected.abort()

    threads = [threading.Thread(target=caller, daemon=True) for _ in range(callers)]
    for thread in threads:
        thread.start()
    _meet(connected, failures)
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return {"each": (time.perf_counter() - start) / (turns * callers)}


def bind(cores: str) -> None:
    """Bind this OS process to `cores`, numbers with commas between them."""
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), [int(core) for core in cores.split(",")])


def _meet(barrier: threading.Barrier, failures: list[BaseException]) -> None:
    try:
        barrier.wait(30)
    except threading.BrokenBarrierError:
        raise failures[0] if failures else TimeoutError("not all callers were connected within 30 s") from None


def _done(tasks: Mapping[str, Task], line: str) -> dict[str, Any]:
    try:
        return dict(find(tasks, line)(**parsed(line)[1]))
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _say(answer: Mapping[str, object]) -> None:
    print(json.dumps(answer), flush=True)
