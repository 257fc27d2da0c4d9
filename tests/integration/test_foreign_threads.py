"""Threads that are not the scheduler's: each is a process, and what becomes of it is its own."""

from __future__ import annotations

import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest

from pybeam import process
from pybeam.errors import CallTimeout, DeadlockError, NoProcess, ReceiveTimeout, ServerDied, Stopped
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.runtime import foreign
from pybeam.runtime.foreign import Host
from pybeam.terms import Pid
from tests.integration.lab import until
from tests.integration.threads import Counter, fresh_host, in_threads

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def host() -> Iterator[Host]:
    with fresh_host() as fresh:
        yield fresh


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


def test_what_the_scheduler_itself_asks_for_is_refused_instead_of_waiting_for_ever(host: Host) -> None:
    raised: list[BaseException] = []

    def ask() -> None:  # as from the `__del__` of an object that is collected there
        try:
            GenServer.call("anybody", 1)
        except BaseException as error:
            raised.append(error)

    host.runtime.call_soon(ask)
    until(lambda: raised)
    assert isinstance(raised[0], DeadlockError)
    assert process.alive(process.self())


@pytest.mark.parametrize("years", [300, 1e9])
def test_a_wait_longer_than_the_machine_can_count_keeps_the_node_going(years: float) -> None:
    seconds = years * 365 * 86_400
    sleeper = process.spawn(lambda: process.sleep(seconds))
    timer = process.send_after(sleeper, "wake up", seconds)
    process.sleep(0.05)  # the node has gone to sleep itself, for so long
    assert process.alive(sleeper)
    assert process.cancel_timer(timer) == pytest.approx(seconds)


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


def test_a_node_that_stops_lets_each_of_its_processes_clean_up(host: Host) -> None:
    cleaned: list[int] = []

    def body(number: int) -> None:
        try:
            process.receive()
        finally:
            sum(range(2000))  # all together it takes a while
            cleaned.append(number)

    process.run(lambda: [process.spawn(body, number) for number in range(1000)])
    process.sleep(0.1)
    host.stop()
    assert sorted(cleaned) == [*range(1000)]
    assert host.runtime.processes == {}


def test_a_node_that_stops_waits_for_no_process_that_will_not_end(host: Host) -> None:
    def again() -> None:
        process.spawn(again)

    process.spawn(again)
    host.stop()
    assert host.thread is not None and not host.thread.is_alive()


def test_a_node_that_has_stopped_lets_go_of_its_thread_though_somebody_keeps_it(host: Host) -> None:
    kept: list[ValueError] = []

    def fail() -> None:
        try:
            raise ValueError
        except ValueError as error:
            kept.append(error)  # and by it the frames of all that have called

    process.run(fail)
    hub = weakref.ref(host.runtime.fibers.hub)
    host.stop()
    until(lambda: hub() is None)


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
from pybeam.errors import Stopped

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
