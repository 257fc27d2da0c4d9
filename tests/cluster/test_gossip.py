"""Gossip: what a heartbeat says, whom it convinces, and what garbage costs."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.cluster import Gossip
from pybeam.cluster.strategies.gossip import CODE_BYTES, MAGIC, heartbeat, name_in
from pybeam.cluster.udp import LONGEST_DATAGRAM
from tests.cluster.simulation import OWN, Ether

SECRET = b"0123456789abcdef"
node_names = st.from_regex(r"[A-Za-z0-9_.-]{1,40}@[a-z0-9.-]{1,40}", fullmatch=True)


class Listener:
    """An open `Gossip` on an ether and a clock that the test turns."""

    def __init__(self, secret: bytes = SECRET) -> None:
        self.ether = Ether()
        self.time = 0.0
        self.told: list[str] = []
        self.gossip = Gossip(secret, join=self.ether.join, now=lambda: self.time)
        self.gossip.open(OWN, self.told.append)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@given(node_names, st.binary(min_size=16, max_size=64))
def test_a_heartbeat_says_its_name_to_whoever_shares_the_secret(name: str, secret: bytes) -> None:
    assert name_in(secret, heartbeat(secret, name)) == name


@given(node_names, st.data())
def test_a_heartbeat_with_any_bit_turned_says_nothing(name: str, data: st.DataObject) -> None:
    sent = bytearray(heartbeat(SECRET, name))
    bit = data.draw(st.integers(0, len(sent) * 8 - 1))
    sent[bit // 8] ^= 1 << bit % 8
    assert name_in(SECRET, bytes(sent)) is None


@given(node_names, st.data())
def test_a_heartbeat_cut_short_says_nothing(name: str, data: st.DataObject) -> None:
    sent = heartbeat(SECRET, name)
    assert name_in(SECRET, sent[: data.draw(st.integers(0, len(sent) - 1))]) is None


@given(st.binary(max_size=LONGEST_DATAGRAM))
def test_garbage_says_nothing(garbage: bytes) -> None:
    assert name_in(SECRET, garbage) is None
    assert name_in(SECRET, MAGIC + garbage) is None


def test_another_clusters_heartbeat_says_nothing() -> None:
    assert name_in(SECRET, heartbeat(b"fedcba9876543210", "b@host")) is None


@pytest.mark.parametrize("text", ["b", "b@", "b@host@", "b c@host", "b@host\n", "ü@host"])
def test_a_heartbeat_of_ours_with_a_malformed_name_says_nothing(text: str) -> None:
    assert name_in(SECRET, heartbeat(SECRET, text)) is None


def test_the_longest_heartbeat_fits_and_a_longer_one_says_nothing() -> None:
    longest = "b@" + "h" * 253
    assert name_in(SECRET, heartbeat(SECRET, longest)) == longest
    assert len(heartbeat(SECRET, longest)) == len(MAGIC) + CODE_BYTES + 255 <= LONGEST_DATAGRAM
    assert name_in(SECRET, heartbeat(SECRET, longest + "h")) is None


def test_a_secret_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 bytes, not 15"):
        Gossip(b"0123456789abcde")


def test_a_heartbeat_goes_out_at_each_poll(listener: Listener) -> None:
    listener.gossip.discover()
    listener.gossip.discover()
    assert listener.ether.sent == [heartbeat(SECRET, OWN)] * 2


def test_the_secret_itself_is_never_sent(listener: Listener) -> None:
    listener.gossip.discover()
    assert SECRET not in listener.ether.sent[0]


def test_a_name_repeated_at_once_is_told_once_a_second(listener: Listener) -> None:
    for _ in range(100):
        listener.ether.send(heartbeat(SECRET, "b@host"))
        listener.time += 0.03125
    assert listener.told == ["b@host"] * 4


def test_garbage_is_logged_at_most_once_a_minute_with_its_number(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pybeam.cluster")
    for _ in range(120):
        listener.ether.send(b"GET / HTTP/1.1\r\n\r\n")
        listener.time += 0.5
    listener.ether.send(b"")
    assert [message.partition(": ")[2] for message in caplog.messages] == [
        "ignored 1 datagrams that are not of this cluster",
        "ignored 120 datagrams that are not of this cluster",
    ]
    assert listener.told == []


def test_a_network_that_cannot_be_reached_is_the_worker_s_to_report(listener: Listener) -> None:
    listener.ether.broken = True
    with pytest.raises(OSError, match="unreachable"):
        listener.gossip.discover()
