"""Measure the figures of `docs/benchmarks.md`: `python -m bench.run [--quick] [--write]`.

Every figure stands beside a bare pyzmq echo with pickle, measured in the same rounds, since on a
shared machine only a ratio means anything. Rounds are interleaved; medians and the spread are given.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.echo import REQUEST, Echo
from bench.peer import EchoServer
from pybeam import GenServer, node, process, start_node
from pybeam.process import run as in_process

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
CORES = sorted(os.sched_getaffinity(0))
REMOTE = ("echo", "bench_peer@127.0.0.1")


@dataclass
class Row:
    """One line of the table: samples over the rounds, and what is to be reached."""

    work: str
    unit: str
    goal: str
    reached: Callable[[float, float], bool]
    samples: list[float] = field(default_factory=list)
    echo: list[float] = field(default_factory=list)
    scale: float = 1.0

    def line(self) -> str:
        middle = statistics.median(self.samples)
        spread = f"{self.show(min(self.samples))} to {self.show(max(self.samples))}"
        echo = statistics.median(self.echo) if self.echo else 0.0
        ratios = [mine / bare for mine, bare in zip(self.samples, self.echo, strict=False)]
        ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
        verdict = "yes" if self.reached(middle, statistics.median(ratios) if ratios else 0.0) else "**no**"
        bare = f"{self.show(echo)} {self.unit}" if self.echo else ""
        return (
            f"| {self.work} | {self.show(middle)} {self.unit} | {spread} | {bare} | {ratio} | {self.goal} | {verdict} |"
        )

    def show(self, value: float) -> str:
        value *= self.scale
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def call_local(calls: int) -> float:
    """Calls a second to a server of this node, from one process."""
    server = GenServer.start(EchoServer)

    def loop() -> float:
        start = time.perf_counter()
        for _ in range(calls):
            GenServer.call(server, REQUEST)
        return calls / (time.perf_counter() - start)

    try:
        return in_process(loop)
    finally:
        GenServer.stop(server)


def call_remote(calls: int) -> float:
    """Seconds a call to a server of another node, from one process."""

    def loop() -> float:
        start = time.perf_counter()
        for _ in range(calls):
            GenServer.call(REMOTE, REQUEST)
        return (time.perf_counter() - start) / calls

    return in_process(loop)


def call_remote_from_many(calls: int, callers: int = 64) -> float:
    """Calls a second to a server of another node, from `callers` processes of this one."""

    def caller() -> None:
        for _ in range(calls // callers):
            GenServer.call(REMOTE, REQUEST)

    def all_callers() -> float:
        start = time.perf_counter()
        for _ in range(callers):
            process.spawn_monitor(caller)
        for _ in range(callers):
            reason = process.receive()[-1]
            assert reason == "normal", f"a caller ended with {reason}, and not with all its calls answered"
        return calls // callers * callers / (time.perf_counter() - start)

    return in_process(all_callers)


IDLE = """
import resource, sys, time
from pybeam import GenServer, process
class Idle(GenServer):
    def init(self, n): self.n = n
    def handle_call(self, request, from_): return self.n
count = int(sys.argv[1])
def fill():
    start = time.perf_counter()
    servers = [GenServer.start(Idle, n) for n in range(count)]
    started = time.perf_counter() - start
    assert sum(GenServer.call(s, "n") for s in servers) == count * (count - 1) // 2
    return started
seconds = process.run(fill)
print(seconds / count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def idle_servers(count: int) -> tuple[float, float]:
    """Seconds to start one of `count` idle servers, and peak bytes of the OS process with all."""
    out = subprocess.run([sys.executable, "-c", IDLE, str(count)], capture_output=True, text=True, check=True).stdout
    each, peak = out.split()
    return float(each), float(peak)


START = """
import os, sys, time
start = time.perf_counter()
import pybeam
imported = time.perf_counter() - start
with pybeam.start_node(sys.argv[1]):
    assert pybeam.node.self() == sys.argv[1]
    pybeam.rpc.call(sys.argv[1], "os:getpid")
    print(imported, open("/proc/self/statm").read().split()[1], flush=True)
    os.read(0, 1)
"""


def node_start(name: str) -> tuple[float, float, float]:
    """Seconds of `import pybeam`, seconds from launch to ready, resident bytes when ready."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", START, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    imported, pages = child.stdout.readline().split()
    ready = time.perf_counter() - start
    child.communicate("\n")
    return float(imported), ready, int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def on(cores: list[int]) -> Iterator[None]:
    """Bind this OS process, and those that it starts meanwhile, to `cores`; to none means to all.

    Two nodes stand for two machines. Left to itself the kernel puts both sides of a bare echo on
    one core, where waking the other side up costs half as much, and no second core can be used.
    """
    bind(cores or CORES)
    try:
        yield
    finally:
        bind(CORES)


def bind(cores: list[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), cores)


@contextlib.contextmanager
def peer() -> Iterator[None]:
    """The other node, while the block runs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.peer", REMOTE[1]],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None and child.stdin is not None
    try:
        assert child.stdout.readline().strip() == "ready"
        yield
    finally:
        child.stdin.close()
        child.wait(10)


@contextlib.contextmanager
def cache() -> Iterator[None]:
    """A cluster of five apothik nodes, while the block runs."""
    command = [sys.executable, "-m", "pybeam", "run", "apothik.application:Apothik", "--die-with-parent", "--name"]
    quiet = {**os.environ, "PYBEAM_LOG": "error"}
    nodes = [subprocess.Popen([*command, f"apothik_{i}@127.0.0.1"], cwd=ROOT, env=quiet) for i in range(1, 6)]
    try:
        for i in range(1, 6):
            wait_for(lambda i=i: node.ping(f"apothik_{i}@127.0.0.1") == "pong")  # type: ignore[misc]
        wait_for(lambda: len(node.list()) >= 5)
        yield
    finally:
        for child in nodes:
            child.terminate()
        for child in nodes:
            child.wait(10)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("the cluster did not come up")
        time.sleep(0.05)


def put_time(puts: int) -> float:
    """Seconds a put of `Master.fill(1, n)`, one at a time."""
    from apothik.master import Master

    start = time.perf_counter()
    Master.fill(1, puts)
    return (time.perf_counter() - start) / puts


def measure(quick: bool) -> list[Row]:
    rounds, scale = (3, 0.2) if quick else (7, 1.0)

    def n(count: int) -> int:
        return max(200, int(count * scale))

    local = Row("`GenServer.call` on the same node, one caller", "/s", "300,000 /s", lambda x, _: x >= 300_000)
    one = Row(
        "`GenServer.call` to another node, one caller", "µs", "≤ 1.35 of the echo", lambda _, r: r <= 1.35, scale=1e6
    )
    many = Row("the same from 64 callers", "/s", "≥ 1 of the echo, 256 in flight", lambda _, r: r >= 1)
    fill = Row("`Master.fill(1, 5000)`, one put", "µs", "≤ 2.6 of the echo", lambda _, r: r <= 2.6, scale=1e6)
    with contextlib.ExitStack() as stack:
        with on(CORES[1:]):
            echo = stack.enter_context(Echo())
            stack.enter_context(peer())
        stack.enter_context(cache())
        stack.enter_context(on(CORES[:1]))
        call_remote(200), call_local(200), put_time(200)
        for _ in range(rounds):
            local.samples.append(call_local(n(100_000)))
            one.echo.append(echo.round_trip(n(5_000)))
            one.samples.append(call_remote(n(5_000)))
            many.echo.append(echo.rate(n(50_000)))
            many.samples.append(call_remote_from_many(n(50_000)))
            fill.echo.append(echo.round_trip(n(5_000)))
            fill.samples.append(put_time(n(5_000)))
    return [local, one, many, fill, *footprint(rounds, 100_000 if quick else 1_000_000)]


def footprint(rounds: int, servers: int) -> list[Row]:
    work = f"{servers:,} idle GenServers, all answering: peak memory"
    size = Row(work, "GB", "< 1.5 GB a million", lambda x, _: x * 1_000_000 / servers < 1.5e9, scale=1e-9)
    begin = Row("to start one of them", "µs", "", lambda x, r: True, scale=1e6)
    for _ in range(min(rounds, 3)):
        each, peak = idle_servers(servers)
        begin.samples.append(each)
        size.samples.append(peak)
    load = Row("`import pybeam`", "ms", "≤ 150 ms", lambda x, _: x <= 0.15, scale=1e3)
    ready = Row("a node, from launch to ready to answer", "s", "≤ 0.6 s", lambda x, _: x <= 0.6)
    memory = Row("a node's resident memory", "MB", "≤ 45 MB", lambda x, _: x <= 45e6, scale=1e-6)
    for i in range(rounds):
        for row, sample in zip((load, ready, memory), node_start(f"bench_start_{i}@127.0.0.1"), strict=True):
            row.samples.append(sample)
    return [size, begin, load, ready, memory]


def page(rows: list[Row], quick: bool) -> str:
    table = "\n".join(row.line() for row in rows)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Linux, CPython {platform.python_version()}"
    return f"""# Benchmarks

Made by `.venv/bin/python -m bench.run --write`, after `./scripts/test.sh` has made the environment.
Machine: {machine}; shared and noisy, so read the ratios. Each figure is the median over interleaved
rounds{" of the quick variant" if quick else ""}, then the range. *Echo* is a bare pyzmq echo with
pickle (`bench/echo.py`, no encryption) in the same rounds; all of pybeam's figures are with encryption on.
The two sides of a call, and of the echo alike, run on different cores, as two nodes would; the five nodes of
the cache run on all of them.

| work | median | range | echo | ratio | goal | reached |
| --- | --- | --- | --- | --- | --- | --- |
{table}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and calls: about a minute")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md as well")
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["PYBEAM_EPMD_PORT"] = str(port)
    os.environ["PYBEAM_COOKIE"] = secrets.token_hex(16)
    with start_node("bench@127.0.0.1"):
        text = page(measure(options.quick), options.quick)
    print(text)
    if options.write:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
