"""Who is behind which source and which link."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pybeam.clock import VirtualClock
from pybeam.dist.carriers.carrier import Frame, Opened
from pybeam.dist.carriers.memory import MemoryCarrier, MemoryNetwork
from pybeam.dist.frames import Bye
from pybeam.dist.lines import MAX_RETIRED, REMIND_SECONDS, Lines
from pybeam.dist.outbox import Shared
from pybeam.dist.peer import Peer
from pybeam.dist.session import Own, Session
from pybeam.dist.wire import decode
from tests.dist.lab import Notes

BYE = Bye(1, 2, "over")


class Setting:
    """Lines of one node, and another carrier that hears what they say."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        network = MemoryNetwork(self.clock, delay=(0.001, 0.001))
        self.carrier: MemoryCarrier = network.carrier()
        self.other: MemoryCarrier = network.carrier()
        self.lines = Lines(self.carrier)

    def peer(self) -> Peer:
        session = Session(Own("a@h", 1, False, "at a", (3, 11)), "b@h", lambda: 1)
        shared = Shared(Notes(self.clock), (3, 11), 10**6, [])
        return Peer("b@h", session, shared, lambda *_: None, lambda *_: None, [])

    def pass_time(self) -> list[object]:
        """Let all arrive. Returns what the other carrier has heard."""
        heard: list[object] = []
        for _ in range(5):
            self.clock.advance(0.01)
            queue = self.lines.wait(0.0)
            while queue:
                event = queue.popleft()
                if not isinstance(event, Frame):
                    self.lines.answered(event)
            heard += [decode(event.parts, [])[1] for event in self.other.wait(0.0) if isinstance(event, Frame)]
        return heard


@pytest.fixture
def setting() -> Setting:
    return Setting()


def test_a_source_is_bound_to_one_peer_and_a_peer_to_one_source(setting: Setting) -> None:
    lines, peer = setting.lines, setting.peer()
    lines.bind(b"first", peer)
    lines.bind(b"second", peer)
    assert lines.peer_behind(b"first") is None
    assert lines.peer_behind(b"second") is peer and peer.expected == 1
    lines.unbind(peer)
    assert lines.peer_behind(b"second") is None


def test_the_end_of_a_dial_that_was_hung_up_is_nobodys(setting: Setting) -> None:
    lines, peer = setting.lines, setting.peer()
    lines.dial(peer, setting.other.address)
    first = peer.link
    lines.dial(peer, setting.other.address)
    assert first is not None and peer.link is not None
    assert lines.answered(Opened(first)) is None
    assert lines.answered(Opened(peer.link)) is peer


def test_a_word_told_on_a_link_of_its_own_arrives(setting: Setting) -> None:
    setting.lines.tell(setting.other.address, BYE)
    assert setting.pass_time() == [BYE]


def test_a_word_to_where_nobody_listens_is_lost(setting: Setting) -> None:
    setting.lines.tell("memory://nowhere", BYE)
    assert setting.pass_time() == []


def test_draining_takes_what_has_come_from_one_source_and_leaves_the_rest_in_order(setting: Setting) -> None:
    links = [setting.other.dial(setting.carrier.address) for _ in range(2)]
    setting.clock.advance(0.1)
    setting.other.wait(0.0)
    for n in range(6):
        assert links[n % 2].send([b"%d" % n])
        setting.clock.advance(0.01)
    queue = setting.lines.wait(0.0)
    sources: list[bytes] = [event.source for event in queue if isinstance(event, Frame)]
    taken: list[Sequence[bytes]] = setting.lines.drain(sources[0])
    assert [parts[0] for parts in taken] == [b"0", b"2", b"4"]
    assert [event.parts[0] for event in queue if isinstance(event, Frame)] == [b"1", b"3", b"5"]


def test_who_speaks_after_the_end_is_reminded_of_it_now_and_then(setting: Setting) -> None:
    lines, peer = setting.lines, setting.peer()
    lines.bind(b"source", peer)
    lines.leave(peer, setting.other.address, BYE, now=0.0)
    assert setting.pass_time() == [BYE]
    assert lines.remind(b"source", now=0.1)
    assert setting.pass_time() == []
    assert lines.remind(b"source", now=REMIND_SECONDS)
    assert lines.remind(b"source", now=REMIND_SECONDS + 0.1)
    assert setting.pass_time() == [BYE]


def test_a_source_never_bound_is_not_reminded_of_anything(setting: Setting) -> None:
    assert not setting.lines.remind(b"source", now=100.0)


def test_only_so_many_ended_sessions_are_remembered(setting: Setting) -> None:
    for n in range(MAX_RETIRED + 1):
        peer = setting.peer()
        setting.lines.bind(b"%d" % n, peer)
        setting.lines.leave(peer, "memory://nowhere", BYE, now=0.0)
    assert not setting.lines.remind(b"0", now=0.0)
    assert setting.lines.remind(b"1", now=0.0)
