"""What needs a fresh OS process, or many: a million idle servers, a node's start, a mesh.

`python -m bench.own.fresh` is the client; each figure comes from processes that it starts.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.own.memory import processor_seconds, resident
from bench.side import Readings, serve

NAMES = iter(range(10**9))

IDLE = """
import gc, sys, time
from bench.own.memory import peak, resident
from pybeam import GenServer, process
class Idle(GenServer):
    def init(self, n): self.n = n
    def handle_call(self, request, from_): return self.n
count = int(sys.argv[1])
pauses, begun = [0.0], [0.0]
def collected(phase, info):
    if phase == "start":
        begun[0] = time.perf_counter()
    else:
        pauses.append(time.perf_counter() - begun[0])
def fill():
    process.spawn_monitor(int), process.receive()
    before = resident()
    gc.callbacks.append(collected)
    start = time.perf_counter()
    servers = [GenServer.start(Idle, n) for n in range(count)]
    started = time.perf_counter() - start
    taken = resident() - before
    assert sum(GenServer.call(s, "n") for s in servers) == count * (count - 1) // 2
    return started, taken
seconds, taken = process.run(fill)
print(seconds / count, max(0, taken) / count, max(pauses), peak())
"""

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

MEMBER = """
import sys
import pybeam
name, size, *others = sys.argv[1:]
with pybeam.start_node(name):
    for other in others:
        while pybeam.node.ping(other) != "pong":
            pybeam.process.sleep(0.01)
    while len(pybeam.node.list()) < int(size) - 1:
        pybeam.process.sleep(0.01)
    print("joined", flush=True)
    sys.stdin.read()
"""


def idle(count: int) -> Readings:
    """Start so many idle servers and call each.

    Returns:
        `each`, seconds to start one; `bytes` of resident memory that one takes; `pause`, the
        longest of the garbage collector, seconds; `peak_of_million`, the most bytes that the OS
        process had, as many times as a million is more.
    """
    out = subprocess.run([sys.executable, "-c", IDLE, str(count)], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr.strip()[-200:]
    each, held, pause, peak = map(float, out.stdout.split())
    return {"each": each, "bytes": held, "pause": pause, "peak_of_million": peak / count * 10**6}


def start() -> Readings:
    """`import` and `ready`, seconds from launch, and resident `bytes` when ready."""
    began = time.perf_counter()
    with python(START, f"bench_start_{next(NAMES)}@127.0.0.1") as child:
        assert child.stdout is not None
        imported, pages = child.stdout.readline().split()
        ready = time.perf_counter() - began
        return {"import": float(imported), "ready": ready, "bytes": int(pages) * os.sysconf("SC_PAGE_SIZE")}


def mesh(nodes: int, rest: int) -> Readings:
    """Start so many nodes at once, each told of the first alone, and leave them for `rest` seconds.

    Returns:
        `formed`, seconds from launch until each sees all; resident `bytes` of a node; `idle`, the
        share of a core that one takes while nothing is asked of it.
    """
    with contextlib.ExitStack() as stack:
        batch = next(NAMES)
        names = [f"bench_mesh_{batch}_{i}@127.0.0.1" for i in range(nodes)]
        began = time.perf_counter()
        members = [stack.enter_context(python(MEMBER, name, str(nodes), *names[:1])) for name in names]
        for member in members:
            assert member.stdout is not None
            assert member.stdout.readline().strip() == "joined", "a node of the mesh ended"
        formed = time.perf_counter() - began
        before = sum(processor_seconds(member.pid) for member in members)
        time.sleep(rest)
        spent = sum(processor_seconds(member.pid) for member in members) - before
        held = sum(resident(member.pid) for member in members)
        return {"formed": formed, "bytes": held / nodes, "idle": spent / nodes / rest if rest else 0.0}


@contextlib.contextmanager
def python(text: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python that runs `text`, until the block ends."""
    command = [sys.executable, "-c", text, *arguments]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.communicate("\n")


if __name__ == "__main__":
    serve({"idle": idle, "start": start, "mesh": mesh})
