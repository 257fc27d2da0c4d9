"""The carrier over ZeroMQ on real sockets: the conformance suite, and what only real time and real processes show."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pybeam.dist.carriers.carrier import Carrier, Link, Lost, Opened
from pybeam.dist.carriers.zmq import BURST, ZmqCarrier
from pybeam.dist.cookie import Keys
from pybeam.testing.carrier_suite import CarrierSuite, Harness

pytestmark = pytest.mark.integration


def keys(secret: bytes = b"ours") -> Keys:
    return Keys(server=secret.ljust(32, b"s")[:32], client=secret.ljust(32, b"c")[:32], root=b"")


class ZmqHarness(Harness):
    def make(self, secret: bytes, address: str | None) -> Carrier:
        return ZmqCarrier("127.0.0.1", keys(secret), port=0 if address is None else int(address.rpartition(":")[2]))

    def vacant(self) -> str:
        carrier = ZmqCarrier("127.0.0.1", keys())
        carrier.close()
        return carrier.address

    def crash(self, carrier: Carrier) -> None:
        carrier.close()

    def turn(self) -> None:
        self.hear(0.001)


@pytest.fixture
def harness() -> Iterator[Harness]:
    harness = ZmqHarness()
    yield harness
    harness.close()


class TestZmqCarrier(CarrierSuite):
    """Every test of the suite."""


@pytest.fixture
def carrier() -> Iterator[ZmqCarrier]:
    carrier = ZmqCarrier("127.0.0.1", keys(), patience=0.5)
    yield carrier
    carrier.close()


def lost_after(carrier: ZmqCarrier, address: str) -> tuple[float, Lost]:
    """Dial, and how many seconds it takes to be lost."""
    start = time.monotonic()
    link = carrier.dial(address)
    while time.monotonic() < start + 10.0:
        for event in carrier.wait(1.0):
            assert isinstance(event, Lost) and event.link is link
            return time.monotonic() - start, event
    raise AssertionError(f"{address} is not lost")


def opened(carrier: ZmqCarrier, address: str) -> Link:
    link = carrier.dial(address)
    until(lambda: Opened(link) in carrier.wait(0.1))
    return link


def until(done: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_a_refused_port_is_told_at_once(carrier: ZmqCarrier) -> None:
    seconds, lost = lost_after(carrier, ZmqHarness().vacant())
    assert seconds < 0.4
    assert lost.why == "connection refused"


def test_a_wrong_cookie_is_told_at_once(carrier: ZmqCarrier) -> None:
    other = ZmqCarrier("127.0.0.1", keys(b"others"))
    seconds, lost = lost_after(carrier, other.address)
    other.close()
    assert seconds < 0.4
    assert "cookie" in lost.why


@pytest.mark.parametrize("accepts", [True, False])
def test_who_never_answers_is_lost_when_patience_is_at_its_end(carrier: ZmqCarrier, accepts: bool) -> None:
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        socket.socket() as first,
        socket.socket() as more,
    ):
        if not accepts:  # With the backlog full, a SYN gets no answer at all.
            for filler in (first, more):
                filler.setblocking(False)
                filler.connect_ex(listener.getsockname())
        seconds, _ = lost_after(carrier, f"tcp://127.0.0.1:{listener.getsockname()[1]}")
    assert 0.3 < seconds < 2.0


def test_a_peer_that_is_killed_is_missed_at_once(carrier: ZmqCarrier) -> None:
    with peer() as process:
        link = opened(carrier, address_of(process))
        process.kill()
        until(lambda: not link.alive())
    assert not link.send([b"to the dead"])


def test_a_frozen_peer_holds_a_close_no_longer_than_the_linger(carrier: ZmqCarrier) -> None:
    with peer() as process:
        link = opened(carrier, address_of(process))
        os.kill(process.pid, signal.SIGSTOP)
        for _ in range(200):
            link.send([bytes(500_000)])
        link.close(linger=0.3)
        start = time.monotonic()
        carrier.close()
        assert 0.2 < time.monotonic() - start < 2.0


def test_a_flood_comes_in_bursts_that_leave_time_to_work(carrier: ZmqCarrier) -> None:
    link = opened(carrier, carrier.address)
    for _ in range(1000):
        assert link.send([b"drop"])
    bursts: list[int] = []
    until(lambda: bursts.append(len(carrier.wait(1.0))) or sum(bursts) == 1000)  # type: ignore[func-returns-value]
    assert max(bursts) <= BURST


def test_a_wake_ends_a_wait_that_has_begun(carrier: ZmqCarrier) -> None:
    timer = threading.Timer(0.1, carrier.wake)
    timer.start()
    start = time.monotonic()
    assert carrier.wait(30.0) == []
    assert time.monotonic() - start < 10.0
    timer.join()


def test_a_signal_handler_may_wake(carrier: ZmqCarrier) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: carrier.wake())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        start = time.monotonic()
        assert carrier.wait(None) == []
        assert time.monotonic() - start < 10.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def test_wakes_of_many_threads_and_signals_are_never_lost(carrier: ZmqCarrier) -> None:
    jobs: list[int] = []

    def submit() -> None:
        for n in range(2000):
            jobs.append(n)
            carrier.wake()

    before = signal.signal(signal.SIGALRM, lambda *_: carrier.wake())
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    threads = [threading.Thread(target=submit) for _ in range(4)]
    try:
        for thread in threads:
            thread.start()
        done = 0
        while done < 8000:
            start = time.monotonic()
            carrier.wait(20.0)
            assert time.monotonic() - start < 10.0, "a wake was lost"
            done += len(jobs[done:])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
        for thread in threads:
            thread.join()


def test_close_leaves_no_descriptor_and_no_thread() -> None:
    files, threads = open_files(), threading.active_count()
    a, b = ZmqCarrier("127.0.0.1", keys()), ZmqCarrier("127.0.0.1", keys())
    links = [opened(a, b.address) for _ in range(10)]
    links[0].close(linger=1.0)
    for _ in range(10):
        a.dial(b.address)
    a.close()
    b.close()
    assert (open_files(), threading.active_count()) == (files, threads)


def test_an_address_of_ipv6_and_a_name_can_be_listened_on(carrier: ZmqCarrier) -> None:
    for host in ("::1", "localhost"):
        other = ZmqCarrier(host, keys())
        assert opened(carrier, other.address).send([b"hello"])
        assert [event.parts for event in other.wait(5.0)] == [[b"hello"]]  # type: ignore[union-attr]
        other.close()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1", "fe80::1", "a b"])
def test_a_host_that_is_not_this_machine_is_named_in_the_error(host: str) -> None:
    files, threads = open_files(), threading.active_count()
    with pytest.raises(OSError, match=f"host '{host}'"):
        ZmqCarrier(host, keys())
    assert (open_files(), threading.active_count()) == (files, threads)


def test_a_port_that_is_taken_is_named_in_the_error(carrier: ZmqCarrier) -> None:
    port = int(carrier.address.rpartition(":")[2])
    with pytest.raises(OSError, match=f"port {port} of .* taken"):
        ZmqCarrier("127.0.0.1", keys(), port=port)


def test_a_secret_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ZmqCarrier("127.0.0.1", Keys(server=b"short", client=bytes(32), root=b""))


def test_out_of_descriptors_a_dial_is_lost_and_the_links_live() -> None:
    report = run_python("""
        resource.setrlimit(resource.RLIMIT_NOFILE, (80, 80))
        a, b = ZmqCarrier("127.0.0.1", KEYS, patience=1.0), ZmqCarrier("127.0.0.1", KEYS)
        link = a.dial(b.address)
        assert a.wait(5.0) == [Opened(link)]
        told, dialled = [], [a.dial(b.address) for _ in range(40)]
        while len(told) < 40:
            told += a.wait(5.0)
        print(sum(isinstance(event, Lost) for event in told))
        for other in dialled:
            other.close()
        assert link.send([b"still there"])
        frames = [event.parts for event in b.wait(5.0)]
        print(frames)
        a.close()
        b.close()
    """)
    lost, frames = report.splitlines()
    assert int(lost) > 0
    assert frames == "[[b'still there']]"


def test_the_soft_limit_of_open_files_is_raised() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    report = run_python("""
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        ZmqCarrier("127.0.0.1", KEYS).close()
        print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    """)
    assert int(report) == (65536 if hard == resource.RLIM_INFINITY else min(hard, 65536))


ROOT = Path(__file__).parents[2]
PRELUDE = """
import resource, sys
from pybeam.dist.carriers.carrier import Lost, Opened
from pybeam.dist.carriers.zmq import ZmqCarrier
from pybeam.dist.cookie import Keys
KEYS = Keys(server=b"ours".ljust(32, b"s"), client=b"ours".ljust(32, b"c"), root=b"")
"""
PEER = """
carrier = ZmqCarrier("127.0.0.1", KEYS)
print(carrier.address, flush=True)
sys.stdin.read()
"""


def run_python(code: str) -> str:
    """Run `code` in a process of its own; what it printed."""
    program = PRELUDE + "\n".join(line.removeprefix(" " * 8) for line in code.splitlines())
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


class peer:
    """A carrier in a process of its own, which is gone afterwards."""

    def __enter__(self) -> subprocess.Popen[str]:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + PEER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
