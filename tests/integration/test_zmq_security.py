"""Strangers at the ZeroMQ carrier's port: they get nothing in, cost next to nothing, and disturb no node."""

from __future__ import annotations

import logging
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from resource import getpagesize

import pytest
import zmq
from zmq.utils import z85

from pybeam.clock import Clock, MonotonicClock, VirtualClock
from pybeam.dist.carriers.carrier import Event, Frame, Link, Opened
from pybeam.dist.carriers.zmq import ZmqCarrier
from pybeam.dist.cookie import Keys

pytestmark = pytest.mark.integration

MIB = 1 << 20
OURS = Keys(server=b"server".ljust(32), client=b"client".ljust(32), root=b"")

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)
"""What a ZeroMQ client says first (ZMTP 3.1)."""


class Fortress:
    """A listening carrier, a node of its cookie that keeps talking to it, and what strangers did meanwhile."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.listener = ZmqCarrier("127.0.0.1", OURS, patience=1.0, busy_wait=0.0, clock=clock)
        self.node = ZmqCarrier("127.0.0.1", OURS)
        host, _, port = self.listener.address.removeprefix("tcp://").rpartition(":")
        self.place = host, int(port)
        self.link = self.open()
        self.slowest = 0.0
        self.talk()

    def open(self) -> Link:
        link = self.node.dial(self.listener.address)
        assert self.node.wait(5.0) == [Opened(link)]
        return link

    def talk(self) -> None:
        """One frame from the node; nothing else may have come."""
        start = time.monotonic()
        assert self.link.send([b"ours"])
        events: list[Event] = []
        while not events and time.monotonic() < start + 5.0:
            events = self.listener.wait(1.0)
        assert [event.parts for event in events if isinstance(event, Frame)] == [[b"ours"]]
        self.slowest = max(self.slowest, time.monotonic() - start)

    def withstand(self, attack: Callable[[], None]) -> None:
        """Talk while `attack` runs; afterwards a newcomer gets in, and nothing that strangers sent has."""
        failures: list[BaseException] = []

        def run() -> None:
            try:
                attack()
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive():
            self.talk()
        thread.join()
        assert not failures, failures
        self.open()
        self.talk()
        assert self.listener.wait(0.05) == []
        assert self.slowest < 2.0

    def knock(self) -> socket.socket:
        """A bare TCP connection to the port."""
        stranger = socket.create_connection(self.place, timeout=10.0)
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        return stranger

    def close(self) -> None:
        self.node.close()
        self.listener.close()


@pytest.fixture
def fortress() -> Iterator[Fortress]:
    fortress = Fortress()
    yield fortress
    fortress.close()


def resident() -> int:
    """Bytes of memory that this process has now."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * getpagesize()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def was_cut_off(stranger: socket.socket) -> bool:
    """Read until the other side ends it; whether it does in time."""
    try:
        while stranger.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_garbage_and_other_protocols_get_nothing_in(fortress: Fortress) -> None:
    rng = random.Random(1)
    blobs = [rng.randbytes(rng.randint(1, 2000)) for _ in range(200)]
    blobs += [GREETING[: rng.randint(1, 64)] + rng.randbytes(rng.randint(0, 300)) for _ in range(100)]
    blobs += [GREETING + b"\x06" + (1 << 40).to_bytes(8, "big") + bytes(1000)]
    blobs += [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b""] * 10
    memory, files = resident(), open_files()

    def attack() -> None:
        for blob in blobs:
            with fortress.knock() as stranger:
                try:
                    stranger.sendall(blob)
                except ConnectionError:
                    continue

    fortress.withstand(attack)
    assert resident() - memory < 10 * MIB
    settles(lambda: open_files() <= files + 3)


def test_an_http_request_is_cut_off(fortress: Fortress) -> None:
    def attack() -> None:
        with fortress.knock() as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert was_cut_off(stranger)

    fortress.withstand(attack)


def test_a_huge_frame_before_the_handshake_is_cut_off_and_takes_no_memory(fortress: Fortress) -> None:
    memory = resident()
    sent = 0

    def attack() -> None:
        nonlocal sent
        chunk = bytes(64 * 1024)
        with fortress.knock() as stranger:
            stranger.sendall(GREETING + b"\x06" + (300 * MIB).to_bytes(8, "big") + b"\x05HELLO")
            try:
                while sent < 300 * MIB:
                    sent += stranger.send(chunk)
            except ConnectionError:
                return

    fortress.withstand(attack)
    assert sent < 8 * MIB
    assert resident() - memory < 8 * MIB


def test_connections_that_never_speak_are_dropped(fortress: Fortress) -> None:
    files = open_files()

    def attack() -> None:
        strangers = [fortress.knock() for _ in range(200)]
        try:
            assert all(was_cut_off(stranger) for stranger in strangers)
        finally:
            for stranger in strangers:
                stranger.close()

    fortress.withstand(attack)
    settles(lambda: open_files() <= files + 3)


@pytest.mark.parametrize("stranger", ["another cookie", "another client key", "no encryption", "a password"])
def test_who_has_not_the_cookie_delivers_nothing(fortress: Fortress, stranger: str) -> None:
    context = zmq.Context()

    def attack() -> None:
        for _ in range(25):
            dealer = context.socket(zmq.DEALER)
            disguise(dealer, stranger)
            dealer.set(zmq.LINGER, 200)
            dealer.connect(fortress.listener.address)
            dealer.send(b"not ours")
            dealer.poll(5)
            dealer.close()
        context.term()

    fortress.withstand(attack)


def disguise(dealer: zmq.Socket[bytes], stranger: str) -> None:
    ours = z85.encode(OURS.server if stranger == "another client key" else bytes(31) + b"x")
    if stranger in ("another cookie", "another client key"):
        dealer.set(zmq.CURVE_SERVERKEY, zmq.curve_public(ours))
        public, secret = zmq.curve_keypair()
        dealer.set(zmq.CURVE_PUBLICKEY, public)
        dealer.set(zmq.CURVE_SECRETKEY, secret)
    elif stranger == "a password":
        dealer.set(zmq.PLAIN_USERNAME, b"admin")
        dealer.set(zmq.PLAIN_PASSWORD, b"admin")


class ClockThatHoldsTheGate(MonotonicClock):
    """As if the gate's thread got no turn: it stops when it asks for the time."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def now(self) -> float:
        if threading.current_thread().name == "pybeam-gate":
            self.go_on.wait(20.0)
        return super().now()


def test_more_refusals_than_a_monitor_holds_stop_no_open_link() -> None:
    clock = ClockThatHoldsTheGate()
    fortress = Fortress(clock)

    def attack() -> None:
        try:
            for _ in range(2500):
                with fortress.knock() as stranger:
                    stranger.sendall(GREETING + b"\x04\xc8\x05HELLO" + bytes(194))
                    assert was_cut_off(stranger)
        finally:
            clock.go_on.set()

    fortress.withstand(attack)
    fortress.close()


def test_refusals_are_logged_once_a_minute_and_never_more(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    listener = ZmqCarrier("127.0.0.1", OURS, busy_wait=0.0, clock=clock)
    stranger = ZmqCarrier("127.0.0.1", Keys(server=bytes(32), client=bytes(32), root=b""))

    def refused(times: int) -> None:
        for _ in range(times):
            stranger.dial(listener.address)
            while not stranger.wait(5.0):
                pass
        listener.wait(0.2)
        listener.wait(0.0)

    with caplog.at_level(logging.WARNING):
        refused(1)
        assert len(caplog.messages) == 1
        refused(20)
        assert len(caplog.messages) == 1
        clock.advance(61.0)
        refused(1)
    assert len(caplog.messages) == 2
    assert "21" in caplog.messages[1]
    stranger.close()
    listener.close()


def settles(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 5.0
    while not done():
        assert time.monotonic() < end, "it stays so"
        time.sleep(0.02)
