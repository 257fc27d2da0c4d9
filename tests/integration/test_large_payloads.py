"""Much at once: it arrives right, costs no more memory than it must, and makes nobody wait for long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy
import pytest

from pybeam import CallTimeout, GenServer, ServerDied, process, rpc, send
from pybeam.runtime.signals import From
from tests.integration import acts
from tests.integration.acts import Echo
from tests.integration.lab import until
from tests.integration.nodes import PATIENCE, House, Site, site_in

pytestmark = pytest.mark.integration

SOON = 1.0
"""Seconds that a call may take meanwhile, on a busy machine: a large value in one frame made it wait for two."""

MIB = 1 << 20


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two connected nodes with an `Echo` each."""
    with site_in(tmp_path_factory.mktemp("site")) as site:
        for house in site.mesh("a", "b"):
            house.does(GenServer.start, Echo, name="echo")
        yield site


@pytest.fixture
def pair(site: Site) -> tuple[House, House]:
    a, b = site.houses[:2]
    return a, b


# ---------------------------------------------------------------------- large values


def test_a_large_array_arrives_right_and_writable(pair: tuple[House, House]) -> None:
    def there_and_back(name: str) -> tuple[bool, bool]:
        array = numpy.arange(12_500_000, dtype=numpy.int64)
        back = GenServer.call(("echo", name), array, timeout=PATIENCE)
        assert isinstance(back, numpy.ndarray)
        same = bool((back == array).all())
        back[0] = 7
        return same, int(array[0]) == 0 and int(back[0]) == 7

    a, b = pair
    assert a.does(there_and_back, b.name) == (True, True)


def test_a_large_array_is_not_copied_whole_where_it_comes_from_and_once_where_it_goes(
    pair: tuple[House, House],
) -> None:
    def make_and_send(name: str) -> int:
        array = numpy.ones(100 * MIB, dtype=numpy.uint8)
        acts.reset_peak()
        before = acts.peak()
        assert rpc.call(name, len, array, timeout=PATIENCE) == 100 * MIB
        return acts.peak() - before

    a, b = pair
    b.does(acts.reset_peak)
    before = b.does(acts.peak)
    assert a.does(make_and_send, b.name) < 50 * MIB
    assert b.does(acts.peak) - before < 150 * MIB


def test_who_changes_a_value_right_after_sending_it_changes_nothing_there(pair: tuple[House, House]) -> None:
    def send_and_change(name: str) -> None:
        array = numpy.zeros(200_000)
        small = [0]
        for turn in range(100):
            array[:] = small[0] = turn
            send(("sums", name), (turn, small, array))
            array[:] = small[0] = -1

    a, b = pair
    b.does(GenServer.start, Sums, name="sums")
    a.does(send_and_change, b.name)
    assert a.does(GenServer.call, ("sums", b.name), "read") == [(turn, turn * 200_000.0) for turn in range(100)]
    b.does(GenServer.stop, "sums")


class Sums(GenServer):
    """Notes what is in the arrays that it gets."""

    def init(self) -> None:
        self.sums: list[tuple[int, float]] = []

    def handle_info(self, message: Any) -> None:
        turn, [small], array = message
        assert small == turn
        self.sums.append((turn, float(array.sum())))

    def handle_call(self, request: Any, from_: From) -> Any:
        return self.sums


# ---------------------------------------------------------------------- much at once


def test_a_call_beside_a_large_transfer_is_answered_soon(pair: tuple[House, House]) -> None:
    a, b = pair
    with acts.calling(a, ("echo", b.name)) as calls:
        large = a.begins(rpc.call, b.name, len, bytes(120 * MIB), timeout=PATIENCE)
        assert large.result(PATIENCE) == 120 * MIB
    assert calls.errors == []
    assert calls.answered > 20
    assert calls.slowest < SOON


class Large(GenServer):
    """Answers, when it is told to "go", with much."""

    def handle_call(self, request: Any, from_: From) -> Any:
        process.register("asked", process.spawn(process.receive))
        process.receive(lambda message: message == "go")
        return bytes(64 * MIB)


def test_a_server_that_ends_while_its_large_reply_leaves_is_told_to_the_caller(pair: tuple[House, House]) -> None:
    a, b = pair
    server = b.does(GenServer.start, Large)
    waiting = a.begins(acts.timed, GenServer.call, server, "please", timeout=PATIENCE)
    until(lambda: b.does(process.whereis, "asked") is not None)
    a.does(process.spawn, time.sleep, 2.0)  # its scheduler stands still: the reply fills the window
    b.does(send, server, "go")
    time.sleep(0.5)
    b.does(process.exit, server, "kill")
    b.does(send, "asked", "forgotten")
    _, error = waiting.result(PATIENCE)
    assert isinstance(error, ServerDied) and error.reason == "killed", repr(error)[:100]


class Tally(GenServer):
    """Notes the numbers of what it gets."""

    def init(self) -> None:
        self.numbers: list[int] = []

    def handle_info(self, message: Any) -> None:
        self.numbers.append(message[0])

    def handle_call(self, request: Any, from_: From) -> Any:
        return self.numbers


def flood(server: tuple[str, str], number: int) -> None:
    """Send many messages of 64 KiB each."""
    load = bytes(64 * 1024 - 100)
    for place in range(number):
        send(server, (place, load))


def test_a_receiver_that_stands_still_suspends_its_sender_and_nobody_else(site: Site) -> None:
    a, b = site.houses[:2]
    tally = ("tally", b.name)
    b.does(GenServer.start, Tally, name="tally")
    before = a.memory()
    with site.guest("c", hidden=True) as other, acts.calling(other, ("echo", a.name)) as calls:
        b.does(process.spawn, time.sleep, 3.0)
        flooding = a.begins(flood, tally, 3000)
        time.sleep(1.0)
        assert not flooding.done()
        seconds, error = a.does(acts.timed, GenServer.call, tally, "numbers", timeout=0.5)
        assert isinstance(error, CallTimeout)
        assert 0.5 <= seconds < 0.5 + SOON
        assert a.memory() - before < 32 * MIB, "four times the window"
        flooding.result(PATIENCE)
    assert a.does(GenServer.call, tally, "numbers") == list(range(3000))
    assert calls.errors == []
    assert calls.slowest < SOON
    b.does(GenServer.stop, "tally")
