"""`process.blocking` and `process.run_async` park one process, and leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any

import pytest

from pybeam import DeadlockError, GenServer, Pid, Stopped, aio, process
from pybeam.runtime.companion import Companion
from pybeam.runtime.foreign import Host
from pybeam.runtime.pool import MAX_WORKERS
from tests.integration.lab import until
from tests.integration.threads import Counter, fresh_host, in_threads

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def host() -> Iterator[Host]:
    with fresh_host() as fresh:
        yield fresh


class Log:
    """What a coroutine did, as another thread may ask."""

    def __init__(self) -> None:
        self.entries: list[str] = []

    async def waits(self) -> None:
        self.entries.append("began")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.entries.append("cancelled")
            raise
        finally:
            self.entries.append("ended")

    def said(self, *words: str) -> bool:
        return self.entries == list(words)


def spawn_async(log: Log) -> Pid:
    return process.spawn(lambda: process.run_async(log.waits()))


def companions() -> int:
    return sum(thread.name == "pybeam companion loop" for thread in threading.enumerate())


# ---------------------------------------------------------------------- coroutines


def test_a_coroutine_gives_what_it_returns_to_a_process_and_to_a_thread() -> None:
    async def double(n: int) -> int:
        await asyncio.sleep(0.001)
        return 2 * n

    assert process.run_async(double(4)) == 8
    assert process.run(lambda: process.run_async(double(5))) == 10


@pytest.mark.parametrize("error", [KeyError("k"), SystemExit(3), KeyboardInterrupt(), StopAsyncIteration()])
def test_what_a_coroutine_raises_is_raised_by_who_waits(error: BaseException) -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise error

    for _ in range(2):  # the loop has survived it
        with pytest.raises(type(error)):
            process.run_async(fail())


def test_a_coroutine_that_cancels_itself_raises_an_error_and_ends_nobody() -> None:
    async def cancel() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(1)

    with pytest.raises(CancelledError):
        process.run_async(cancel())


def test_a_task_started_by_a_coroutine_cannot_end_the_loop() -> None:
    async def leave_a_bomb() -> None:
        async def explode() -> None:
            raise SystemExit(9)

        keep.append(asyncio.create_task(explode()))

    keep: list[asyncio.Task[None]] = []
    process.run_async(leave_a_bomb())
    until(lambda: keep[0].done())
    assert process.run_async(asyncio.sleep(0, "alive")) == "alive"
    assert isinstance(keep[0].exception(), SystemExit)


def test_a_waiting_coroutine_holds_up_only_who_waits_for_it() -> None:
    log, server = Log(), GenServer.start(Counter)
    pid = spawn_async(log)
    until(lambda: log.said("began"))
    assert GenServer.call(server, 1) == 1
    assert process.run_async(asyncio.sleep(0, "another")) == "another"
    process.exit(pid, "kill")


def test_coroutines_of_a_hundred_processes_run_at_the_same_time_on_one_thread() -> None:
    async def where() -> int:
        await asyncio.sleep(0.05)
        return threading.get_ident()

    def body(reply_to: Pid) -> None:
        process.send(reply_to, process.run_async(where()))

    begin, me = time.monotonic(), process.self()
    for _ in range(100):
        process.spawn(body, me)
    threads = {process.receive(timeout=10) for _ in range(100)}
    assert len(threads) == 1 and threading.get_ident() not in threads
    assert time.monotonic() - begin < 3


def test_a_killed_process_cancels_its_coroutine() -> None:
    log = Log()
    pid = spawn_async(log)
    until(lambda: log.said("began"))
    process.exit(pid, "kill")
    until(lambda: log.said("began", "cancelled", "ended"))
    assert not process.alive(pid)


def test_a_process_that_is_killed_at_once_leaves_no_coroutine_that_was_never_awaited() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(50):
            log = Log()
            process.exit(spawn_async(log), "kill")
            until(lambda log=log: log.entries in ([], ["began", "cancelled", "ended"]))  # type: ignore[misc]
        process.run_async(asyncio.sleep(0))
        gc.collect()
    assert [str(warning.message) for warning in told] == []


def test_the_companion_is_started_by_the_first_use_and_ends_with_the_node(host: Host) -> None:
    before, log = companions(), Log()
    assert process.alive(process.self()) and companions() == before
    pid = spawn_async(log)
    until(lambda: log.said("began"))
    assert companions() == before + 1
    host.stop()
    assert log.said("began", "cancelled", "ended")
    assert companions() == before
    del pid


def test_a_node_does_not_wait_for_ever_for_a_coroutine_that_refuses_to_end(host: Host) -> None:
    async def refuse() -> None:
        began.set()
        while not go.is_set():
            try:
                await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                continue

    before, began, go = companions(), threading.Event(), threading.Event()
    process.spawn(lambda: process.run_async(refuse()))
    assert began.wait(5)
    begin = time.monotonic()
    host.stop()
    assert time.monotonic() - begin < 5
    go.set()
    until(lambda: companions() == before)


def test_who_waits_for_a_coroutine_when_the_node_stops_is_told(host: Host) -> None:
    log = Log()

    def stop_soon() -> None:
        until(lambda: log.said("began"))
        host.stop()

    stopper = threading.Thread(target=stop_soon)
    stopper.start()
    with pytest.raises(Stopped):
        process.run_async(log.waits())
    stopper.join(5)
    assert log.said("began", "cancelled", "ended")


def test_twenty_threads_may_use_it_for_the_first_time_at_once() -> None:
    before = companions()

    def use(number: int) -> None:
        assert process.run_async(asyncio.sleep(0.01, number)) == number

    in_threads(20, use)
    assert companions() == before + 1


def test_a_coroutine_can_call_servers_as_a_task_of_its_own() -> None:
    async def ask() -> tuple[object, Pid]:
        return await aio.call(server, 3), await aio.self()

    server = GenServer.start(Counter)
    total, pid = process.run_async(ask())
    assert total == 3 and pid != process.self()


def test_a_coroutine_that_waits_for_the_companion_in_plain_calls_is_refused() -> None:
    async def inner() -> None: ...

    async def outer() -> None:
        process.run_async(inner())

    with pytest.raises(DeadlockError, match="companion loop"):
        process.run_async(outer())


@pytest.mark.parametrize("thing", [None, 3, asyncio.sleep, [asyncio.sleep]])
def test_what_is_no_coroutine_is_refused(thing: Any) -> None:
    with pytest.raises(TypeError, match="a coroutine is needed here"):
        process.run_async(thing)


INTERRUPTED = """
import asyncio, os, signal, threading
from pybeam import process
async def waits():
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        await asyncio.sleep(60)
    finally:
        os.write(1, b"cancelled\\n")
try:
    process.run_async(waits())
except KeyboardInterrupt:
    os.write(1, b"interrupted\\n")
process.run_async(asyncio.sleep(0))
"""


def test_ctrl_c_cancels_the_coroutine_that_the_main_thread_waits_for() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=20, check=False)
    assert (sorted(done.stdout.split()), done.stderr, done.returncode) == (["cancelled", "interrupted"], "", 0)


# ---------------------------------------------------------------------- worker threads


def test_a_process_killed_while_a_worker_runs_ends_at_once_and_drops_the_result() -> None:
    started, go = threading.Event(), threading.Event()

    def work() -> str:
        started.set()
        go.wait(10)
        return "late"

    pid = process.spawn(lambda: process.blocking(work))
    assert started.wait(5)
    _, ref = pid, process.monitor(pid)
    process.exit(pid, "kill")
    assert process.receive(timeout=5) == ("DOWN", ref, "process", pid, "killed")
    go.set()
    assert process.blocking(lambda: "next") == "next"
    assert process.flush() == []


def test_work_that_waits_for_a_free_worker_is_dropped_with_the_process_that_wanted_it() -> None:
    go, ran = threading.Event(), threading.Event()
    for _ in range(MAX_WORKERS):
        process.spawn(lambda: process.blocking(go.wait, 20))
    pid = process.spawn(lambda: process.blocking(ran.set))
    process.exit(pid, "kill")
    go.set()
    until(lambda: process.list() == [process.self()])
    assert process.blocking(lambda: "free") == "free"
    assert not ran.is_set()


def test_a_node_stops_while_a_worker_runs(host: Host) -> None:
    started, go = threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        go.wait(20)

    told: list[BaseException] = []

    def wait() -> None:
        try:
            process.blocking(work)
        except Stopped as error:
            told.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    assert started.wait(5)
    begin = time.monotonic()
    host.stop()
    thread.join(5)
    assert len(told) == 1 and time.monotonic() - begin < 2
    go.set()


def test_a_companion_that_is_stopped_before_it_runs_still_ends_what_it_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_loop, stopped = asyncio.set_event_loop, threading.Event()

    def set_loop_late(loop: asyncio.AbstractEventLoop | None) -> None:
        stopped.wait(5.0)
        set_loop(loop)

    monkeypatch.setattr(asyncio, "set_event_loop", set_loop_late)
    crashes: list[object] = []
    companion, log = Companion(), Log()
    monkeypatch.setattr(threading, "excepthook", crashes.append)
    future = companion.start(log.waits())
    threading.Timer(0.05, stopped.set).start()
    companion.stop()
    assert future.cancelled()
    assert not crashes
