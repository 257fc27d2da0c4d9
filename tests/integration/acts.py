"""What the nodes of a test do, and who lives on them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pybeam import GenServer, NoReply, Pid, PybeamError, node, process, send, start_node
from pybeam.runtime.calls import Dest
from pybeam.runtime.signals import From
from tests.integration.nodes import PATIENCE, House

P = ParamSpec("P")
T = TypeVar("T")


class Echo(GenServer):
    """Answers what it is asked."""

    def handle_call(self, request: Any, from_: From) -> Any:
        return request


class Diary(GenServer):
    """Writes down all that reaches it, nodes that come and go too.

    Asked to "read" it tells all, asked for "pid" its own, asked for the "times" when it has heard what,
    and asked for "no answer" it gives none.
    """

    def init(self) -> None:
        self.entries: list[Any] = []
        self.times: dict[Any, float] = {}
        node.monitor_nodes()

    def handle_call(self, request: Any, from_: From) -> Any:
        if request == "read":
            return list(self.entries)
        if request == "pid":
            return process.self()
        if request == "times":
            return self.times
        self.entries.append(request)
        return NoReply() if request == "no answer" else "noted"

    def handle_cast(self, message: Any) -> None:
        self.entries.append(message)

    def handle_info(self, message: Any) -> None:
        self.entries.append(message)
        self.times[message] = time.monotonic()


# ---------------------------------------------------------------------- again and again

_enough = threading.Event()


def not_enough() -> None:
    """What is begun now goes on until `enough`."""
    _enough.clear()


def enough() -> None:
    """End what goes on in this OS process."""
    _enough.set()


@contextmanager
def going_on(house: House, fun: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Iterator[list[T]]:
    """Have `house` do something that goes on until `enough`; what it returned is there at the end."""
    house.does(not_enough)
    running = house.begins(fun, *args, **kwargs)
    results: list[T] = []
    try:
        yield results
    finally:
        house.does(enough)
        results.append(running.result(PATIENCE))


@dataclass
class Calls:
    """What became of the calls of one caller, one after the other.

    Attributes:
        slowest: seconds.
    """

    answered: int = 0
    slowest: float = 0.0
    errors: list[str] = field(default_factory=list)


def call_and_call(server: Dest) -> Calls:
    """Call an `Echo` again and again until `enough`."""
    calls = Calls()
    while not _enough.is_set():
        began = time.monotonic()
        try:
            assert GenServer.call(server, began) == began
            calls.answered += 1
        except Exception as error:
            calls.errors.append(repr(error))
        calls.slowest = max(calls.slowest, time.monotonic() - began)
        time.sleep(0.001)
    return calls


@contextmanager
def calling(caller: House, server: Dest) -> Iterator[Calls]:
    """Have `caller` call an `Echo` all the time; what became of the calls is filled in at the end."""
    calls = Calls()
    with going_on(caller, call_and_call, server) as results:
        yield calls
    vars(calls).update(vars(results[0]))


def send_and_send(server: tuple[str, str]) -> None:
    """Send to a `Diary` until `enough`: by its name with the time, and to every pid that it ever had, with that."""
    pids: set[Pid] = set()

    def burst() -> None:
        for _ in range(10):
            send(server, ("by name", time.monotonic()))
            GenServer.cast(server, ("by name", time.monotonic()))
            for pid in pids:
                send(pid, ("by pid", pid))
                GenServer.cast(pid, ("by pid", pid))

    while not _enough.is_set():
        process.run(burst)
        with suppress(PybeamError):
            pids.add(GenServer.call(server, "pid", timeout=0.2))  # type: ignore[arg-type]  # that is its answer
        for pid in pids:
            with suppress(PybeamError):
                GenServer.call(pid, ("by pid", pid), timeout=0.2)


# ---------------------------------------------------------------------- once


def timed(fun: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T | BaseException]:
    """Call `fun`: how many seconds it took, and its result or what it raised."""
    began = time.monotonic()
    try:
        outcome: T | BaseException = fun(*args, **kwargs)
    except BaseException as error:
        outcome = error
    return time.monotonic() - began, outcome


def next_event() -> tuple[Any, float]:
    """The next message in the main thread's mailbox, such as `("nodedown", name)`, and when it was taken."""
    message = process.receive(timeout=PATIENCE)
    return message, time.monotonic()


def start_and_connect(name: str, others: Sequence[str]) -> None:
    """Start a node and ping each of the others until it answers: it may not have started yet."""
    start_node(name)
    for name in others:
        while node.ping(name) != "pong":
            time.sleep(0.01)


def call_from_threads(number: int, servers: Sequence[Dest]) -> int:
    """Call an `Echo` at each place from so many threads; how often the right answer came back."""
    right: list[int] = []

    def run(thread: int) -> None:
        for turn in range(20):
            for server in servers:
                right.append(GenServer.call(server, (thread, turn)) == (thread, turn))

    threads = [threading.Thread(target=run, args=(thread,)) for thread in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(right)


def reset_peak() -> None:
    """Forget how much memory this OS process ever had."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most bytes that this OS process has had in memory since then."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


# ---------------------------------------------------------------------- what the test reads


def entries(house: House, server: Dest = "diary") -> list[object]:
    """What is in a `Diary`."""
    read = house.does(GenServer.call, server, "read")
    assert isinstance(read, list)
    return read


def heard_at(house: House, event: tuple[str, str]) -> float:
    """When the `Diary` of a node has heard of a node's coming or going for the last time."""
    times = house.does(GenServer.call, "diary", "times")
    assert isinstance(times, dict)
    return float(times[event])
