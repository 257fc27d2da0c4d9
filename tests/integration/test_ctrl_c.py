"""Ctrl-C interrupts what the main thread waits for, wherever it is, and nothing else."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pybeam import process
from pybeam.otp.directives import NoReply
from pybeam.otp.gen_server import GenServer
from pybeam.runtime.courier import Job
from pybeam.runtime.foreign import Host, ThreadCourier
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from tests.integration.threads import Counter, fresh_host

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def host() -> Iterator[Host]:
    with fresh_host() as fresh:
        yield fresh


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


@pytest.mark.parametrize("posts_first", [True, False])
def test_ctrl_c_on_the_way_to_the_scheduler_breaks_the_call_off_too(
    host: Host, monkeypatch: pytest.MonkeyPatch, posts_first: bool
) -> None:
    post, ran, me = ThreadCourier.post, [], process.run(process.self)

    def interrupted_post(courier: ThreadCourier, job: Job) -> None:
        monkeypatch.setattr(ThreadCourier, "post", post)
        if posts_first:
            post(courier, job)
        raise KeyboardInterrupt

    def work() -> None:
        process.sleep(0.2)
        ran.append(1)

    monkeypatch.setattr(ThreadCourier, "post", interrupted_post)
    with pytest.raises(KeyboardInterrupt):
        process.run(work)
    assert host.jobs == set()
    assert process.run(process.self) == me
    process.sleep(0.3)
    assert ran == []
