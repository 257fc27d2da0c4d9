"""A carrier that looks before it sleeps, and one that need not."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pybeam import NodeStartError, start_node
from pybeam.dist.carriers.carrier import Frame
from pybeam.dist.carriers.zmq import ZmqCarrier
from tests.integration.test_zmq_carrier import keys, opened


@contextmanager
def looking(busy_wait: float) -> Iterator[ZmqCarrier]:
    """A carrier whose next wait looks before it sleeps."""
    carrier = ZmqCarrier("127.0.0.1", keys(), busy_wait=busy_wait)
    carrier._is_brisk = True
    try:
        yield carrier
    finally:
        carrier.close()


def test_a_carrier_where_one_frame_follows_the_other_finds_them_without_sleeping() -> None:
    echo, carrier = ZmqCarrier("127.0.0.1", keys(), busy_wait=5.0), ZmqCarrier("127.0.0.1", keys(), busy_wait=5.0)
    try:
        link = opened(carrier, echo.address)
        link.send([b"first"])
        assert echo.wait(10.0), "it has slept, and not for long"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("pybeam.dist.carriers.zmq._poll", lambda *_: pytest.fail("it slept"))
            for n in range(100):
                link.send([b"%d" % n])
                assert [event.parts for event in echo.wait(10.0) if isinstance(event, Frame)] == [[b"%d" % n]]
    finally:
        carrier.close()
        echo.close()


def test_a_wait_that_looks_ends_when_its_time_is_up() -> None:
    with looking(busy_wait=0.2) as carrier:
        start = time.monotonic()
        assert carrier.wait(0.3) == []  # looks for two thirds of it, and sleeps for the rest
        assert 0.29 < time.monotonic() - start < 0.45


def test_who_is_woken_by_a_thread_does_not_begin_to_look() -> None:
    carrier = ZmqCarrier("127.0.0.1", keys(), busy_wait=5.0)
    try:
        for _ in range(5):
            carrier.wake()
            assert carrier.wait(10.0) == []
        assert not carrier._is_brisk
    finally:
        carrier.close()


def test_a_wake_that_is_interrupted_does_not_make_the_carrier_deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = ZmqCarrier("127.0.0.1", keys())
    try:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(os, "write", interrupted)
            carrier.wake()
        carrier.wake()
        start = time.monotonic()
        assert carrier.wait(30.0) == []
        assert time.monotonic() - start < 10.0
    finally:
        carrier.close()


def interrupted(*_: object) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize("seconds", ["0.011", "200", "-1", "soon"])
def test_a_busy_wait_that_no_one_can_mean_is_refused(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBEAM_BUSY_WAIT", seconds)
    with pytest.raises(NodeStartError, match="PYBEAM_BUSY_WAIT"):
        start_node("busy@127.0.0.1", cookie="a cookie of enough letters", epmd_port=1)


def test_an_idle_carrier_leaves_the_processor_alone() -> None:
    with looking(busy_wait=0.002) as idle:
        start = time.process_time()
        for _ in range(20):
            idle.wait(0.05)
        assert time.process_time() - start < 0.02, "it looked each time, and not only the first"


def test_a_wake_ends_a_wait_that_looks() -> None:
    with looking(busy_wait=60.0) as carrier:
        timer = threading.Timer(0.1, carrier.wake)
        timer.start()
        start = time.monotonic()
        assert carrier.wait(30.0) == []
        assert time.monotonic() - start < 10.0
        timer.join()
