"""Gossip over real multicast datagrams, on the loopback interface."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from pybeam.cluster import Gossip, Group
from pybeam.cluster.udp import LONGEST_DATAGRAM, Multicast

pytestmark = pytest.mark.integration

SECRET = b"0123456789abcdef"
SECONDS = 10.0

Open = Callable[..., tuple[Gossip, "Names"]]


class Names:
    """Names as they are told, on whichever thread."""

    def __init__(self) -> None:
        self.told: set[str] = set()
        self._changed = threading.Condition()

    def tell(self, name: str) -> None:
        with self._changed:
            self.told.add(name)
            self._changed.notify_all()

    def wait_for(self, *names: str) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.told >= set(names), SECONDS)


def loops_back(group: Group) -> bool:
    """Whether a datagram to `group` comes back, tried out."""
    came = threading.Event()
    try:
        channel = Multicast(group, lambda _: came.set())
    except OSError:
        return False
    try:
        channel.send(b"hello")
        return came.wait(2.0)
    except OSError:
        return False
    finally:
        channel.close()


@pytest.fixture(scope="module")
def group() -> Group:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        group = Group(port=probe.getsockname()[1], interface="127.0.0.1")
    if not loops_back(group):
        pytest.skip("the loopback interface carries no multicast here")
    return group


@pytest.fixture
def opened(group: Group) -> Iterator[Open]:
    gossips: list[Gossip] = []

    def open_one(name: str, secret: bytes = SECRET) -> tuple[Gossip, Names]:
        gossip, names = Gossip(secret, group), Names()
        gossips.append(gossip)
        gossip.open(name, names.tell)
        return gossip, names

    yield open_one
    for gossip in gossips:
        gossip.close()


def test_nodes_of_one_host_hear_each_other(opened: Open) -> None:
    members = {name: opened(name) for name in ("a@host", "b@host", "c@host")}
    for gossip, _ in members.values():
        gossip.discover()
    assert all(names.wait_for(*members) for _, names in members.values())


def test_a_node_without_the_secret_is_not_heard(opened: Open) -> None:
    _, names = opened("a@host")
    stranger, strangers_names = opened("stranger@host", secret=b"another secret..")
    friend, _ = opened("b@host")
    stranger.discover()
    friend.discover()
    assert names.wait_for("b@host")
    assert strangers_names.wait_for("stranger@host")
    assert "stranger@host" not in names.told  # though it came first: b's datagram was sent after it


def test_garbage_and_datagrams_that_are_too_long_stop_nobody(opened: Open, group: Group) -> None:
    _, names = opened("a@host")
    noise = Multicast(group, lambda _: None)
    for datagram in (b"", b"\0", b"pbg1", b"x" * LONGEST_DATAGRAM, b"x" * 60_000):
        noise.send(datagram)
    noise.close()
    friend, _ = opened("b@host")
    friend.discover()
    assert names.wait_for("b@host")


def test_closing_ends_the_thread_and_frees_the_sockets(group: Group) -> None:
    before = threading.active_count()
    for _ in range(50):
        channel = Multicast(group, lambda _: None)
        channel.close()
        channel.close()
    assert threading.active_count() == before
    with pytest.raises(OSError):
        channel.send(b"late")


@pytest.mark.parametrize("bad", [Group(address="10.0.0.1"), Group(interface="192.0.2.1")], ids=["group", "interface"])
def test_a_group_that_cannot_be_joined_is_an_error_at_once(bad: Group) -> None:
    threads = threading.active_count()
    with pytest.raises(OSError):
        Multicast(bad, lambda _: None)
    assert threading.active_count() == threads
