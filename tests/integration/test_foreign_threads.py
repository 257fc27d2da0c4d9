"""Threads that are not the scheduler's: each is a process, and what becomes of it is its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pybeam import process
from pybeam.clock import MonotonicClock
from pybeam.errors import CallTimeout, NoProcess, ReceiveTimeout, ServerDied
from pybeam.otp.directives import NoReply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.runtime import foreign
from pybeam.runtime.foreign import Host, Stopped
from pybeam.runtime.scheduler import Runtime
from pybeam.runtime.signals import From
from pybeam.runtime.solo import NoNetwork
from pybeam.terms import NONODE, Pid
from tests.integration.lab import until

pytestmark = pytest.mark.integration


class Counter(GenServer):
    def init(self) -> None:
        self.total = 0

    def handle_call(self, request: Any, from_: From) -> Any:
        if request == "never":
            return NoReply()
        if request == "end":
            return Stop("asked to")
        self.total += request
        return self.total


@pytest.fixture(autouse=True)
def host() -> Iterator[Host]:
    """A nameless node of its own for each test."""
    before = foreign.existing_host()
    fresh = Host(Runtime(NONODE, time.monotonic_ns(), MonotonicClock(), NoNetwork()))
    foreign.set_default_host(fresh)
    fresh.start_thread()
    try:
        yield fresh
    finally:
        fresh.stop()
        foreign.set_default_host(before)


def in_threads(count: int, act: Callable[[int], object]) -> None:
    """Run `act(number)` in so many threads at once, and raise what one of them raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            act(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "a call hangs"
    if errors:
        raise errors[0]


# ---------------------------------------------------------------------- every thread is a process


def test_a_call_from_the_main_thread_means_what_it_means_in_a_process() -> None:
    server = GenServer.start(Counter, name="counter")
    assert GenServer.call("counter", 5) == 5
    with pytest.raises(CallTimeout):
        GenServer.call(server, "never", timeout=0.05)
    with pytest.raises(NoProcess):
        GenServer.call("nobody", 1)
    with pytest.raises(ServerDied, match="asked to"):
        GenServer.call(server, "end")


def test_calls_from_twenty_threads_are_all_answered() -> None:
    server = GenServer.start(Counter)
    in_threads(20, lambda _: [GenServer.call(server, 1) for _ in range(100)])
    assert GenServer.call(server, 0) == 2000


def test_each_thread_has_a_pid_and_a_mailbox_of_its_own() -> None:
    pids: dict[int, Pid] = {}

    def exchange(number: int) -> None:
        pids[number] = process.self()
        process.send(process.self(), number)
        assert process.receive(timeout=5) == number
        with pytest.raises(ReceiveTimeout):
            process.receive(timeout=0)

    in_threads(20, exchange)
    assert len(set(pids.values())) == 20
    assert process.self() == process.self()
    assert process.self() not in pids.values()


def test_threads_can_talk_to_each_other() -> None:
    me = process.self()

    def answer(number: int) -> None:
        process.send(me, ("here", process.self()))
        process.send(me, ("got", process.receive(timeout=5)))

    thread = threading.Thread(target=answer, args=(0,))
    thread.start()
    _, pid = process.receive(lambda m: m[0] == "here", timeout=5)
    process.send(pid, "hello")
    assert process.receive(timeout=5) == ("got", "hello")
    thread.join(5)


def test_what_fails_in_a_call_raises_in_the_thread_that_called() -> None:
    def fail() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        process.run(fail)
    assert process.run(lambda: "still here") == "still here"


def test_run_crosses_to_the_node_once() -> None:
    server = GenServer.start(Counter)
    me = process.self()
    assert process.run(lambda: ([GenServer.call(server, 1) for _ in range(10)][-1], process.self())) == (10, me)


# ---------------------------------------------------------------------- the end of a thread


def test_a_thread_that_ends_takes_its_process_along() -> None:
    started: list[Pid] = []
    thread = threading.Thread(target=lambda: started.append(process.self()))
    thread.start()
    thread.join(5)
    until(lambda: not process.alive(started[0]))
    assert process.list() == [process.self()]


def test_a_thread_that_ends_is_told_to_who_watches_and_who_is_linked() -> None:
    def watched() -> None:
        pids.append(process.self())
        process.link(main)
        ready.set()
        go.wait(5)

    pids: list[Pid] = []
    main, ready, go = process.self(), threading.Event(), threading.Event()
    thread = threading.Thread(target=watched)
    thread.start()
    ready.wait(5)
    ref = process.monitor(pids[0])
    go.set()
    thread.join(5)
    got = [process.receive(timeout=5), process.receive(timeout=5)]
    assert got == [("DOWN", ref, "process", pids[0], "normal"), ("EXIT", pids[0], "normal")]


def test_a_supervisor_ends_with_the_thread_that_started_it() -> None:
    def start() -> None:
        Supervisor.start_link([Counter.child_spec(name="counter")], name="top")

    thread = threading.Thread(target=start)
    thread.start()
    thread.join(5)
    until(lambda: process.whereis("top") is None)
    assert process.whereis("counter") is None


def test_a_thread_cannot_be_ended_from_outside_only_told() -> None:
    me = process.self()
    process.run(lambda: process.spawn(lambda: process.exit(me, "boom")))
    match process.receive(timeout=5):
        case ("EXIT", _, "boom"):
            assert process.self() == me
        case other:
            raise AssertionError(other)


def test_a_thread_whose_process_was_killed_gets_a_new_one() -> None:
    me = process.self()
    ref = process.run(lambda: process.monitor(process.spawn(lambda: process.exit(me, "kill"))))
    del ref
    until(lambda: process.self() != me)
    assert process.flush() == []
    assert not process.alive(me)


# ---------------------------------------------------------------------- Ctrl-C


@contextmanager
def interrupted(after: float) -> Iterator[None]:
    """Ctrl-C in the main thread, in so many seconds."""
    main = threading.main_thread().ident
    assert main is not None
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(after, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join(5)
        signal.signal(signal.SIGINT, before)


WAITS: dict[str, Callable[[Pid], object]] = {
    "call": lambda server: GenServer.call(server, "never", timeout=None),
    "receive": lambda server: process.receive(),
    "sleep": lambda server: process.sleep(60),
    "stop": lambda server: GenServer.call(server, "never", timeout=60),
    "blocking": lambda server: process.blocking(time.sleep, 1),
    "start": lambda server: GenServer.start(Sleepy),
}


class Sleepy(GenServer):
    def init(self) -> None:
        process.sleep(0.5)


@pytest.mark.parametrize("wait", WAITS)
def test_ctrl_c_interrupts_what_the_thread_waits_for_and_nothing_else(wait: str) -> None:
    server = GenServer.start(Counter)
    me = process.self()
    began = time.monotonic()
    with interrupted(after=0.1), pytest.raises(KeyboardInterrupt):
        WAITS[wait](server)
    assert time.monotonic() - began < 5
    assert process.alive(server)
    assert process.self() == me
    assert GenServer.call(server, 3) == 3
    assert process.flush() == []


def test_ctrl_c_interrupts_a_loop_of_calls_wherever_it_is() -> None:
    server = GenServer.start(Counter)

    def from_the_thread() -> None:
        while True:
            GenServer.call(server, 1)

    def inside_one_call() -> None:
        process.run(from_the_thread)

    for loop in (from_the_thread, inside_one_call) * 10:
        with interrupted(after=0.02), pytest.raises(KeyboardInterrupt):
            loop()
        assert GenServer.call(server, 0, timeout=5) > 0  # type: ignore[operator]  # a Counter answers a number


def test_a_reply_that_comes_after_ctrl_c_is_dropped() -> None:
    waiting: list[From] = []

    class Late(GenServer):
        def handle_call(self, request: Any, from_: From) -> Any:
            waiting.append(from_)
            return NoReply()

    server = GenServer.start(Late)
    with interrupted(after=0.1), pytest.raises(KeyboardInterrupt):
        GenServer.call(server, "x", timeout=None)
    GenServer.reply(waiting[0], "late")
    assert process.flush() == []


# ---------------------------------------------------------------------- the end of the node


def test_who_waits_when_the_node_is_stopped_is_told_so(host: Host) -> None:
    server = GenServer.start(Counter)
    told: list[str] = []

    def wait(number: int) -> None:
        with pytest.raises(Stopped, match="the node was stopped"):
            if number % 2:
                GenServer.call(server, "never", timeout=None)
            else:
                process.receive()
        told.append("told")

    def stop_soon() -> None:
        until(lambda: len(host.jobs) == 4)
        host.stop()

    stopper = threading.Thread(target=stop_soon)
    stopper.start()
    in_threads(4, wait)
    stopper.join(5)
    assert told == ["told"] * 4
    assert host.jobs == set()


def test_after_a_stop_the_next_call_finds_a_new_nameless_node(host: Host) -> None:
    GenServer.start(Counter, name="counter")
    host.stop()
    with pytest.raises(NoProcess):
        GenServer.call("counter", 1)
    fresh = foreign.existing_host()
    assert fresh is not None and fresh is not host
    fresh.stop()


FORKING = """
import os, sys
from pybeam import process
from pybeam.otp.gen_server import GenServer
from pybeam.runtime.foreign import Stopped

class Echo(GenServer):
    def handle_call(self, request, from_):
        return request

GenServer.start(Echo, name="echo")
assert GenServer.call("echo", "parent") == "parent"
sys.stdout.flush()
child = os.fork()
if child == 0:
    try:
        GenServer.call("echo", "child")
    except Stopped as error:
        print("child:", error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("parent:", GenServer.call("echo", "still here"), flush=True)
"""


def test_the_child_of_a_fork_is_told_that_it_has_no_node() -> None:
    done = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, timeout=30, check=False)
    child, parent = done.stdout.splitlines()
    assert child.startswith("child: this is the child of a fork")
    assert parent == "parent: still here"
    assert done.returncode == 0


def test_a_program_that_uses_threads_ends_by_itself() -> None:
    program = "from pybeam import process\nprocess.spawn(process.receive)\nprint(process.alive(process.self()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout.strip(), done.returncode, done.stderr) == ("True", 0, "")


# ---------------------------------------------------------------------- worker threads


def test_blocking_work_holds_up_only_who_waits_for_it() -> None:
    server = GenServer.start(Counter)
    started, go = threading.Event(), threading.Event()

    def work() -> str:
        started.set()
        go.wait(5)
        return "done"

    def wait_for_it(reply_to: Pid) -> None:
        process.send(reply_to, process.blocking(work))

    process.spawn(wait_for_it, process.self())
    assert started.wait(5)
    assert GenServer.call(server, 1) == 1
    go.set()
    assert process.receive(timeout=5) == "done"


def test_blocking_raises_what_the_work_raises() -> None:
    def fail() -> None:
        raise SystemExit("from a worker thread")

    with pytest.raises(SystemExit, match="from a worker thread"):
        process.blocking(fail)
    assert process.blocking(lambda: threading.current_thread().name).startswith("pybeam worker")
