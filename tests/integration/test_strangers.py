"""Strangers at a node's port and at the port mapper's: cut off, while the node lives and answers as before."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from pybeam import GenServer, node
from pybeam.dist.mapper import names
from tests.integration import acts
from tests.integration.acts import Echo
from tests.integration.lab import until
from tests.integration.mapping import HERE
from tests.integration.nodes import Site, is_mesh, site_in

pytestmark = pytest.mark.integration

MIB = 1 << 20

FLAT = 8 * MIB
"""What a node's memory may grow by meanwhile."""

SLOWEST = 1.0
"""Seconds that a call may take meanwhile, on a busy machine."""

CURVE_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"CURVE".ljust(20, b"\0") + bytes(32)

HTTP = b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"
TLS = bytes.fromhex("16030100c8010000c40303") + bytes(range(180))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A node with an `Echo` that serves as the port mapper, too, and one that is connected to it."""
    with site_in(tmp_path_factory.mktemp("site")) as site:
        victim = site.node("victim")
        victim.does(GenServer.start, Echo, name="echo")
        assert site.node("friend").does(node.ping, victim.name) == "pong"
        yield site


@pytest.fixture(params=["node", "mapper"])
def port(request: pytest.FixtureRequest, site: Site) -> int:
    return dict(names(HERE, site.port))["victim"] if request.param == "node" else site.port


@pytest.fixture(autouse=True)
def undisturbed(site: Site) -> Iterator[None]:
    """During and after the test, the node is in order."""
    victim, friend = site.houses[:2]
    before = victim.memory()
    with acts.calling(friend, ("echo", victim.name)) as calls:
        yield
        time.sleep(0.1)
    assert calls.errors == []
    assert calls.answered > 0
    assert calls.slowest < SLOWEST
    assert victim.memory() - before < FLAT
    assert is_mesh([victim, friend])
    with site.guest("newcomer", hidden=True) as newcomer:
        assert newcomer.does(node.ping, victim.name) == "pong"


def knock(port: int) -> socket.socket:
    return socket.create_connection((HERE, port), timeout=8.0)


def is_cut_off(line: socket.socket) -> bool:
    """Read until the other side ends it; whether it does."""
    try:
        while line.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def test_a_scan_leaves_nothing_behind(site: Site, port: int) -> None:
    files = site.houses[0].files()
    for _ in range(300):
        knock(port).close()
    until(lambda: site.houses[0].files() <= files + 2)


@pytest.mark.parametrize("words", [HTTP, TLS, b"\r\n" * 20], ids=["HTTP", "TLS", "newlines"])
def test_another_protocol_is_cut_off(port: int, words: bytes) -> None:
    with knock(port) as line:
        line.sendall(words)
        assert is_cut_off(line)


def test_garbage_is_cut_off(site: Site, port: int) -> None:
    rng = random.Random(3)
    files = site.houses[0].files()
    for _ in range(200):
        with knock(port) as line, suppress(ConnectionError):
            line.sendall(rng.choice([b"", CURVE_GREETING]) + rng.randbytes(rng.randint(1, 4000)))
    until(lambda: site.houses[0].files() <= files + 2)


@pytest.mark.parametrize(
    "first",
    [CURVE_GREETING + b"\x06" + (300_000_000).to_bytes(8, "big"), b"\xff\xff"],
    ids=["frame of ZeroMQ", "request to a mapper"],
)
def test_a_frame_of_300_megabytes_is_cut_off_early(port: int, first: bytes) -> None:
    sent = 0
    with knock(port) as line, suppress(ConnectionError):
        line.sendall(first)
        while sent < 300_000_000:
            line.sendall(bytes(MIB))
            sent += MIB
    assert sent < 16 * MIB


def test_who_says_nothing_keeps_nobody_out(site: Site, port: int) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(knock(port))
        with site.guest("guest", hidden=True) as guest:
            seconds, answer = guest.does(acts.timed, node.ping, site.houses[0].name)
    assert answer == "pong"
    assert seconds < SLOWEST
