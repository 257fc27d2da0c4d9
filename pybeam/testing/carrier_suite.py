"""The conformance suite of carriers: what `carrier.py` promises, as tests that any carrier can be put through.

A test module makes a `Harness` for its carrier and a subclass of `CarrierSuite` with a fixture `harness`; pytest
finds the rest. Nothing here knows which carrier it is, or whether time is real.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Thread

from ..dist.carriers.carrier import MAX_PART, Carrier, Event, Frame, Link, Lost, Opened

SECRET = b"the suite's secret"
OTHER_SECRET = b"somebody else's secret"

MAX_TURNS = 5000
"""Turns of a harness that a test waits for something; at a millisecond each, five seconds and more."""


class Harness(ABC):
    """Some carriers, and how their time goes by."""

    def __init__(self) -> None:
        self.heard: dict[Carrier, list[Event]] = {}

    @abstractmethod
    def make(self, secret: bytes, address: str | None) -> Carrier:
        """A new carrier; on `address` where that is not None."""

    @abstractmethod
    def vacant(self) -> str:
        """A well-formed address at which nobody listens."""

    @abstractmethod
    def crash(self, carrier: Carrier) -> None:
        """End the carrier as a kill would, without a word to its peers."""

    @abstractmethod
    def turn(self) -> None:
        """Let about a millisecond go by, or until something happens, and `hear` every carrier."""

    def carrier(self, secret: bytes = SECRET, address: str | None = None) -> Carrier:
        carrier = self.make(secret, address)
        self.heard[carrier] = []
        return carrier

    def hear(self, seconds: float) -> None:
        for carrier, heard in self.heard.items():
            heard.extend(carrier.wait(seconds))

    def until(self, done: Callable[[], bool], what: str) -> None:
        """Let time go by until `done()`."""
        for _ in range(MAX_TURNS):
            if done():
                return
            self.turn()
        raise AssertionError(f"waited in vain until {what}")

    def settle(self) -> None:
        """Let so much time go by that what can still come has come."""
        for _ in range(100):
            self.turn()

    def open(self, source: Carrier, target: Carrier) -> Link:
        link = source.dial(target.address)
        self.until(lambda: Opened(link) in self.heard[source], "the link opens")
        return link

    def lost(self, carrier: Carrier, link: Link) -> list[Event]:
        return [event for event in self.heard[carrier] if isinstance(event, Lost) and event.link is link]

    def until_lost(self, carrier: Carrier, link: Link) -> None:
        self.until(lambda: bool(self.lost(carrier, link)), "the link is lost")

    def until_gone(self, link: Link) -> None:
        self.until(lambda: not link.send([b"anybody there?"]), "send says no")

    def frames(self, carrier: Carrier) -> list[list[bytes]]:
        return [list(event.parts) for event in self.heard[carrier] if isinstance(event, Frame)]

    def until_frames(self, carrier: Carrier, number: int) -> list[list[bytes]]:
        self.until(lambda: len(self.frames(carrier)) >= number, f"{number} frames have come")
        return self.frames(carrier)

    def sources(self, carrier: Carrier) -> list[bytes]:
        return [event.source for event in self.heard[carrier] if isinstance(event, Frame)]

    def close(self) -> None:
        for carrier in self.heard:
            carrier.close()


def numbered(count: int) -> list[list[bytes]]:
    """Frames that tell their place, of sizes all over the range."""
    return [[b"%d" % n, bytes(n * n * 37 % 20_000)] for n in range(count)]


class CarrierSuite:
    """Every test gets a fresh `harness`, closed afterwards."""

    def test_frames_of_a_link_arrive_in_order(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        sent = numbered(500)
        assert all(link.send(frame) for frame in sent)
        assert harness.until_frames(b, 500) == sent

    def test_a_frame_keeps_its_parts(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        link.send([b"", bytearray(b"bytes"), memoryview(b"of any kind")[3:], b""])
        link.send([b"alone"])
        assert harness.until_frames(b, 2) == [[b"", b"bytes", b"any kind", b""], [b"alone"]]

    def test_a_part_that_is_changed_when_it_has_been_sent_arrives_as_it_was(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        part = bytearray(MAX_PART)
        for number in range(20):
            part[:] = bytes([number]) * MAX_PART
            assert link.send([b"head", memoryview(part)])
        assert harness.until_frames(b, 20) == [[b"head", bytes([number]) * MAX_PART] for number in range(20)]

    def test_a_part_of_the_greatest_size_arrives(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        part = bytes(range(256)) * (MAX_PART // 256)
        assert harness.open(a, b).send([part, part, b"end"])
        assert harness.until_frames(b, 1) == [[part, part, b"end"]]

    def test_a_part_that_is_too_large_costs_its_own_link_only(self, harness: Harness) -> None:
        a, b, c = harness.carrier(), harness.carrier(), harness.carrier()
        bad, good = harness.open(a, b), harness.open(c, b)
        bad.send([b"before"])
        harness.until_frames(b, 1)
        bad.send([bytes(2 * MAX_PART)])
        bad.send([b"after"])
        harness.until(lambda: not bad.alive(), "the link is cut off")
        assert good.send([b"unharmed"])
        assert harness.until_frames(b, 2) == [[b"before"], [b"unharmed"]]

    def test_a_link_that_is_not_open_takes_nothing(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = a.dial(b.address)
        assert not link.alive()
        assert not link.send([b"too early"])
        harness.until(lambda: Opened(link) in harness.heard[a], "the link opens")
        assert link.alive()
        assert link.send([b"in time"])
        assert harness.until_frames(b, 1) == [[b"in time"]]

    def test_a_link_is_told_to_be_open_once(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        harness.settle()
        assert harness.heard[a] == [Opened(link)]
        assert harness.heard[b] == []

    def test_an_address_where_nobody_listens_is_lost_once(self, harness: Harness) -> None:
        a = harness.carrier()
        link = a.dial(harness.vacant())
        harness.until_lost(a, link)
        harness.settle()
        assert len(harness.heard[a]) == 1
        assert not link.alive()
        assert not link.send([b"to nobody"])

    def test_an_address_that_is_none_is_lost_and_raises_nothing(self, harness: Harness) -> None:
        a = harness.carrier()
        for address in ("", "nonsense", "tcp://", "tcp://127.0.0.1:99999999", "inproc://a"):
            harness.until_lost(a, a.dial(address))

    def test_another_secret_gets_no_link_and_delivers_nothing(self, harness: Harness) -> None:
        a, stranger = harness.carrier(), harness.carrier(OTHER_SECRET)
        for source, target in ((stranger, a), (a, stranger)):
            link = source.dial(target.address)
            harness.until_lost(source, link)
            assert not link.send([b"let me in"])
        harness.settle()
        assert harness.frames(a) == harness.frames(stranger) == []

    def test_a_stranger_disturbs_no_open_link(self, harness: Harness) -> None:
        a, b, stranger = harness.carrier(), harness.carrier(), harness.carrier(OTHER_SECRET)
        link = harness.open(a, b)
        for _ in range(20):
            harness.until_lost(stranger, stranger.dial(b.address))
            assert link.send([b"still here"])
        assert len(harness.until_frames(b, 20)) == 20

    def test_two_links_of_one_carrier_are_two_sources(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        links = [harness.open(a, b), harness.open(a, b)]
        for link in links * 2:
            link.send([b"%d" % links.index(link)])
        harness.until_frames(b, 4)
        by_source: dict[bytes, set[bytes]] = {}
        for source, (part,) in zip(harness.sources(b), harness.frames(b), strict=True):
            by_source.setdefault(source, set()).add(part)
        assert sorted(by_source.values(), key=min) == [{b"0"}, {b"1"}]

    def test_both_sides_may_dial_at_once(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        there, back = a.dial(b.address), b.dial(a.address)
        harness.until(lambda: harness.heard == {a: [Opened(there)], b: [Opened(back)]}, "both are open")
        there.send([b"to b"])
        back.send([b"to a"])
        assert harness.until_frames(b, 1) == [[b"to b"]]
        assert harness.until_frames(a, 1) == [[b"to a"]]

    def test_a_carrier_may_dial_itself(self, harness: Harness) -> None:
        a = harness.carrier()
        harness.open(a, a).send([b"to myself"])
        assert harness.until_frames(a, 1) == [[b"to myself"]]

    def test_a_link_is_gone_when_its_far_end_has_crashed(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        asked, sent = harness.open(a, b), harness.open(a, b)
        harness.crash(b)
        harness.until(lambda: not asked.alive(), "alive says no")
        harness.until_gone(sent)
        assert not asked.send([b"to the dead"])
        assert not sent.alive()
        assert not harness.lost(a, asked) and not harness.lost(a, sent)

    def test_a_link_is_gone_when_its_far_end_has_closed(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        b.close()
        harness.until_gone(link)
        assert not link.alive()

    def test_the_far_end_keeps_what_it_got_when_the_source_crashes(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        link.send([b"1"])
        harness.until_frames(b, 1)
        for n in range(2, 100):
            link.send([b"%d" % n])
        harness.crash(a)
        harness.settle()
        got = harness.frames(b)
        assert got == [[b"%d" % n] for n in range(1, len(got) + 1)]

    def test_the_next_incarnation_gets_nothing_that_was_meant_for_the_last(self, harness: Harness) -> None:
        a, old = harness.carrier(), harness.carrier()
        busy, idle = harness.open(a, old), harness.open(a, old)
        harness.crash(old)
        busy.send([b"for the old one"])
        new = harness.carrier(address=old.address)
        harness.open(a, new).send([b"for the new one"])
        # So long that whoever connects again by himself has done it.
        harness.settle()
        for link in (busy, idle):
            harness.until_gone(link)
        harness.settle()
        assert harness.frames(new) == [[b"for the new one"]]

    def test_a_link_closed_with_linger_delivers_everything(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        sent = numbered(300)
        for frame in sent:
            link.send(frame)
        link.close(linger=3.0)
        assert not link.alive()
        assert not link.send([b"too late"])
        assert harness.until_frames(b, 300) == sent

    def test_a_carrier_that_closes_honours_the_linger_of_its_links(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        sent = numbered(300)
        for frame in sent:
            link.send(frame)
        link.close(linger=3.0)
        a.close()
        assert harness.until_frames(b, 300) == sent

    def test_a_link_closed_at_once_delivers_a_first_part(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        sent = numbered(300)
        for frame in sent:
            link.send(frame)
        link.close()
        harness.settle()
        got = harness.frames(b)
        assert got == sent[: len(got)]

    def test_nothing_is_told_of_a_link_that_was_closed_while_it_was_dialled(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        for address in (b.address, harness.vacant()):
            link = a.dial(address)
            link.close()
            link.close()
            assert not link.alive()
        harness.settle()
        assert harness.heard[a] == []

    def test_a_wake_from_another_thread_ends_a_wait(self, harness: Harness) -> None:
        a = harness.carrier()
        thread = Thread(target=a.wake)
        thread.start()
        assert a.wait(None) == []
        thread.join()

    def test_a_wake_is_kept_for_the_next_wait_and_many_are_one(self, harness: Harness) -> None:
        a = harness.carrier()
        for _ in range(100_000):
            a.wake()
        assert a.wait(None) == []
        a.wake()
        assert a.wait(None) == []

    def test_close_may_be_called_again_and_ends_everything(self, harness: Harness) -> None:
        a, b = harness.carrier(), harness.carrier()
        link = harness.open(a, b)
        a.close()
        a.close()
        a.wake()
        link.close()
        assert not link.alive()
        assert not link.send([b"after all"])
        assert a.wait(0.0) == []
        late = b.dial(a.address)
        harness.until_lost(b, late)
