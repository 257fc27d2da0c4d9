"""A carrier that looks before it sleeps, and one that need not."""

from __future__ import annotations

import threading
import time

import pytest

from pybeam.dist.carriers.carrier import Frame
from pybeam.dist.carriers.zmq import ZmqCarrier
from tests.integration.test_zmq_carrier import keys, opened


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


def test_a_carrier_looks_no_longer_than_the_time_it_is_given() -> None:
    patient = ZmqCarrier("127.0.0.1", keys(), busy_wait=60.0)
    try:
        patient.wait(0.001)  # short, so the next one looks first
        start = time.monotonic()
        assert patient.wait(0.05) == []
        assert 0.04 < time.monotonic() - start < 5.0
    finally:
        patient.close()


def test_an_idle_carrier_leaves_the_processor_alone() -> None:
    idle = ZmqCarrier("127.0.0.1", keys(), busy_wait=0.002)
    try:
        start = time.process_time()
        for _ in range(20):
            idle.wait(0.05)
        assert time.process_time() - start < 0.02, "it looked each time, and not only the first"
    finally:
        idle.close()


def test_a_wake_ends_a_wait_that_looks() -> None:
    carrier = ZmqCarrier("127.0.0.1", keys(), busy_wait=60.0)
    timer = threading.Timer(0.1, carrier.wake)
    try:
        carrier.wait(0.001)
        timer.start()
        start = time.monotonic()
        assert carrier.wait(30.0) == []
        assert time.monotonic() - start < 10.0
    finally:
        timer.join()
        carrier.close()
