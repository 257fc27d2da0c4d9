"""Our own node, asked to call, cast, spawn: `python -m bench.own.calls PEER`.

PEER is the node of `bench.own.server`. Every figure is with encryption on, as always.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

from bench.figures import median, percentile
from bench.own.large import large
from bench.own.server import EchoServer
from bench.side import REQUEST, Readings, Task, serve, timed
from pybeam import GenServer, Pid, node, process, rpc, start_node
from pybeam.process import run as in_process

Dest = Pid | tuple[str, str]


def call_local(count: int) -> Readings:
    """One process calls a server of its own node."""
    server = GenServer.start(EchoServer)
    try:
        return in_process(alone, server, count)
    finally:
        GenServer.stop(server)


def alone(server: Dest, count: int) -> Readings:
    """Calls written out, as a function around each would be a tenth of the fastest of them."""
    call = GenServer.call
    start = time.perf_counter()
    for _ in range(count):
        call(server, REQUEST)
    return {"each": (time.perf_counter() - start) / count}


def from_many(count: int, callers: int, act: Callable[[], object]) -> Readings:
    """Seconds a turn of `act`, of which each of `callers` processes makes its share."""
    turns = max(1, count // callers)

    def caller() -> None:
        for _ in range(turns):
            act()

    def all_callers() -> float:
        start = time.perf_counter()
        for _ in range(callers):
            process.spawn_monitor(caller)
        for _ in range(callers):
            reason = process.receive()[-1]
            assert reason == "normal", f"a caller ended with {reason}, and not with all its calls answered"
        return time.perf_counter() - start

    return {"each": in_process(all_callers) / (turns * callers)}


def call_remote(server: tuple[str, str], count: int, callers: int) -> Readings:
    if callers == 1:
        return in_process(alone, server, count)
    return from_many(count, callers, partial(GenServer.call, server, REQUEST))


def cast_remote(server: tuple[str, str], count: int) -> Readings:
    """Casts, and a call after them: its answer shows that they have all been taken."""

    def loop() -> float:
        start = time.perf_counter()
        for _ in range(count):
            GenServer.cast(server, REQUEST)
        GenServer.call(server, REQUEST, timeout=None)
        return time.perf_counter() - start

    return {"each": in_process(loop) / count}


def call_by_rpc(peer: str, count: int, callers: int) -> Readings:
    act = partial(rpc.call, peer, "math:isqrt", 16)
    return in_process(timed, count, act) if callers == 1 else from_many(count, callers, act)


def spawn(count: int) -> Readings:
    """Start a process and see it end, one after the other."""

    def loop() -> Readings:
        def turn() -> None:
            process.spawn_monitor(int)
            process.receive()

        return timed(count, turn)

    return in_process(loop)


def latency(server: tuple[str, str], count: int) -> Readings:
    """Each call's own time."""

    def loop() -> list[float]:
        times = []
        for _ in range(count):
            start = time.perf_counter()
            GenServer.call(server, REQUEST)
            times.append(time.perf_counter() - start)
        return times

    times = in_process(loop)
    return {"each": median(dict(enumerate(times))), "p99": percentile(times, 0.99)}


def load(server: tuple[str, str], count: int, callers: int) -> Readings:
    """The same, while `callers` processes call as fast as they can."""

    def saturate() -> None:
        while True:
            GenServer.call(server, REQUEST)

    others = [process.spawn(saturate) for _ in range(callers)]
    try:
        return latency(server, count)
    finally:
        for pid in others:
            process.exit(pid, "kill")


def names(count: int, names: int) -> Readings:
    """Calls by name, on a node where so many are registered."""

    def loop() -> Readings:
        servers = [GenServer.start(EchoServer, name=f"name_{i}") for i in range(names)]
        try:
            wanted = [f"name_{i * names // min(names, 100)}" for i in range(min(names, 100))]
            turns = iter(wanted * (count // len(wanted) + 1))
            return timed(count, lambda: GenServer.call(next(turns), REQUEST))
        finally:
            for server in servers:
                process.exit(server, "kill")

    return in_process(loop)


def sizes(server: tuple[str, str], count: int, size: int) -> Readings:
    """Bytes to the other node, which answers with how many they are."""
    value = bytes(size)
    return in_process(timed, count, lambda: GenServer.call(server, value, timeout=None))


def main() -> None:
    peer = sys.argv[1]
    echo, weigher = ("echo", peer), ("weigher", peer)
    with start_node("bench@127.0.0.1"):
        assert node.ping(peer) == "pong", f"{peer} does not answer"
        tasks: dict[str, Task] = {
            "call_local": call_local,
            "call_remote": partial(call_remote, echo),
            "callers": partial(call_remote, echo),
            "cast_remote": partial(cast_remote, echo),
            "rpc": partial(call_by_rpc, peer),
            "spawn": spawn,
            "latency": partial(latency, echo),
            "load": partial(load, echo),
            "names": names,
            "sizes": partial(sizes, weigher),
            "large": partial(large, weigher, echo),
        }
        serve(tasks)


if __name__ == "__main__":
    main()
