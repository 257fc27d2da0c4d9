"""What the network in memory does when it is cut, healed, crashed and slowed down."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.clock import VirtualClock
from pybeam.dist.carriers.carrier import Event, Frame, Link, Lost, Opened
from pybeam.dist.carriers.memory import MemoryCarrier, MemoryNetwork


class Lab:
    """Some carriers at `a`, `b`, ..., whose clock stops at every event on the way to where it is turned."""

    def __init__(self, names: str = "ab", seed: int = 0, **settings: float) -> None:
        self.clock = VirtualClock()
        self.network = MemoryNetwork(self.clock, seed, delay=(0.01, 0.05), silence=8.0, **settings)
        self.carriers: dict[str, MemoryCarrier] = {}
        self.heard: dict[str, list[tuple[float, Event]]] = {}
        for name in names:
            self.start(name)

    def start(self, name: str) -> None:
        self.carriers[name] = self.network.carrier(address=name)
        self.heard.setdefault(name, [])

    def advance(self, seconds: float) -> None:
        end = self.clock.now() + seconds
        while (due := self.network.next_due()) is not None and due <= end:
            self.clock.advance_to(due)
            self._hear()
        self.clock.advance_to(end)
        self._hear()

    def _hear(self) -> None:
        for name, carrier in self.carriers.items():
            self.heard[name] += [(self.clock.now(), event) for event in carrier.wait(None)]

    def open(self, source: str, target: str) -> Link:
        link = self.carriers[source].dial(target)
        self.advance(1.0)
        assert Opened(link) in self.events(source)
        return link

    def events(self, name: str) -> list[Event]:
        return [event for _, event in self.heard[name]]

    def frames(self, name: str) -> list[bytes]:
        return [b"".join(event.parts) for event in self.events(name) if isinstance(event, Frame)]

    def times(self, name: str) -> list[float]:
        return [when for when, event in self.heard[name] if isinstance(event, Frame)]


def send(link: Link, *numbers: int) -> None:
    for number in numbers:
        assert link.send([b"%d" % number])


def test_a_cut_that_is_healed_in_time_costs_only_time() -> None:
    lab = Lab()
    link = lab.open("a", "b")
    send(link, 1, 2)
    lab.network.cut("b", "a")
    send(link, 3)
    lab.advance(7.9)
    assert lab.frames("b") == []
    lab.network.heal("a", "b")
    send(link, 4)
    lab.advance(1.0)
    assert lab.frames("b") == [b"1", b"2", b"3", b"4"]
    assert link.alive()


def test_what_had_arrived_before_a_cut_has_arrived() -> None:
    lab = Lab()
    link = lab.open("a", "b")
    send(link, 1)
    lab.clock.advance(0.1)
    lab.network.cut("a", "b")
    send(link, 2)
    lab.advance(1.0)
    assert lab.frames("b") == [b"1"]


@pytest.mark.parametrize("healed", [True, False])
def test_a_cut_that_lasts_loses_the_links_and_what_they_hold(healed: bool) -> None:
    lab = Lab()
    there, back = lab.open("a", "b"), lab.open("b", "a")
    lab.network.cut("a", "b")
    send(there, 1)
    send(back, 1)
    lab.advance(8.0)
    if healed:
        lab.network.heal()
    lab.advance(60.0)
    assert not there.send([b"2"]) and not back.alive()
    assert lab.frames("a") == lab.frames("b") == []


def test_a_one_way_cut_lets_the_other_way_through_until_both_links_are_lost() -> None:
    lab = Lab()
    there, back = lab.open("a", "b"), lab.open("b", "a")
    lab.network.cut("a", "b", one_way=True)
    send(there, 1)
    send(back, 2)
    lab.advance(7.0)
    assert (lab.frames("a"), lab.frames("b")) == ([b"2"], [])
    lab.advance(2.0)
    assert not there.alive() and not back.alive()


def test_an_isolated_carrier_reaches_nobody_and_the_others_go_on() -> None:
    lab = Lab("abc")
    ab, bc = lab.open("a", "b"), lab.open("b", "c")
    lab.network.isolate("a")
    send(ab, 1)
    send(bc, 2)
    lab.advance(9.0)
    assert (lab.frames("b"), lab.frames("c")) == ([], [b"2"])
    assert not ab.alive() and bc.alive()
    lab.network.heal("a")
    send(lab.open("a", "b"), 3)
    lab.advance(1.0)
    assert lab.frames("b") == [b"3"]


def test_a_dial_into_a_cut_is_lost_after_five_seconds() -> None:
    lab = Lab()
    lab.network.cut("a", "b")
    link = lab.carriers["a"].dial("b")
    lab.advance(4.9)
    assert lab.events("a") == []
    lab.advance(0.2)
    assert lab.events("a") == [Lost(link, "no answer within 5 s")]


def test_a_dial_into_a_cut_that_heals_in_time_opens() -> None:
    lab = Lab()
    lab.network.cut("a", "b")
    link = lab.carriers["a"].dial("b")
    lab.advance(3.0)
    lab.network.heal()
    lab.advance(3.0)
    assert lab.events("a") == [Opened(link)]


def test_a_crash_takes_what_is_on_its_way_with_it_and_is_told_to_nobody() -> None:
    lab = Lab("abc")
    ab, ba, ac = lab.open("a", "b"), lab.open("b", "a"), lab.open("a", "c")
    for link in (ab, ba, ac):
        send(link, 1)
    ac.close(linger=5.0)
    before = {name: len(events) for name, events in lab.heard.items()}
    lab.network.crash("a")
    lab.advance(60.0)
    assert {name: len(events) for name, events in lab.heard.items()} == before
    assert not ab.alive() and not ba.alive()


def test_a_crash_behind_a_cut_is_noticed_by_its_silence_only() -> None:
    lab = Lab()
    link = lab.open("a", "b")
    lab.network.cut("a", "b")
    lab.network.crash("b")
    lab.advance(7.9)
    assert link.alive()
    lab.advance(0.2)
    assert not link.alive()


def test_a_crash_behind_a_cut_is_noticed_soon_after_a_heal() -> None:
    lab = Lab()
    link = lab.open("a", "b")
    lab.network.cut("a", "b")
    lab.network.crash("b")
    lab.advance(3.0)
    lab.network.heal()
    lab.advance(0.1)
    assert not link.alive()


@pytest.mark.parametrize(("cut_for", "got"), [(2.0, [b"1", b"2"]), (4.0, [])])
def test_linger_ends_in_a_cut_as_anywhere(cut_for: float, got: list[bytes]) -> None:
    lab = Lab()
    link = lab.open("a", "b")
    lab.network.cut("a", "b")
    send(link, 1, 2)
    link.close(linger=3.0)
    lab.advance(cut_for)
    lab.network.heal()
    lab.advance(10.0)
    assert lab.frames("b") == got
    assert not lab.network.links


def test_bandwidth_spaces_frames_out() -> None:
    lab = Lab(bandwidth=1000.0)
    link = lab.open("a", "b")
    start = lab.clock.now()
    for _ in range(3):
        link.send([bytes(500), bytes(500)])
    lab.advance(10.0)
    assert [round(when - start) for when in lab.times("b")] == [1, 2, 3]


def test_a_pair_can_have_its_own_delay() -> None:
    lab = Lab("abc")
    lab.network.set_delay("a", "b", 2.0, 2.0)
    near, far = lab.open("a", "c"), lab.carriers["a"].dial("b")
    lab.advance(5.0)
    start = lab.clock.now()
    send(near, 1)
    send(far, 1)
    lab.advance(5.0)
    assert lab.times("c")[0] < start + 0.1
    assert lab.times("b") == [start + 2.0]


def test_a_frame_has_the_value_it_had_when_it_was_sent() -> None:
    lab = Lab()
    part = bytearray(b"then")
    lab.open("a", "b").send([part])
    part[:] = b"now!"
    lab.advance(1.0)
    assert lab.frames("b") == [b"then"]


def test_nothing_is_due_in_an_idle_network_and_a_wake_is_due_now() -> None:
    lab = Lab()
    lab.open("a", "b")
    assert lab.network.next_due() is None
    lab.carriers["a"].wake()
    assert lab.network.next_due() == lab.clock.now()
    lab.carriers["a"].wait(None)
    assert lab.network.next_due() is None


def test_an_address_has_one_carrier_at_a_time() -> None:
    lab = Lab()
    with pytest.raises(OSError, match="b is taken"):
        lab.start("b")
    lab.carriers["b"].close()
    lab.start("b")


@dataclass
class Sent:
    """What was sent over one link of a random run."""

    link: Link
    source: str
    target: str
    numbers: list[int] = field(default_factory=list)


PAIRS = st.sampled_from([("a", "b"), ("b", "a"), ("b", "c"), ("c", "a")])
ACTS = st.one_of(
    st.tuples(st.sampled_from(["dial", "send", "close", "linger", "cut", "cut one way", "heal"]), PAIRS),
    st.tuples(st.just("advance"), st.floats(0.0, 6.0)),
    st.tuples(st.sampled_from(["isolate", "crash"]), st.sampled_from("abc")),
)


def run(seed: int, acts: list[tuple[str, object]]) -> tuple[Lab, list[Sent]]:
    lab = Lab("abc", seed=seed)
    network = lab.network
    links: list[Sent] = []
    for act, value in acts:
        if act == "advance":
            assert isinstance(value, float)
            lab.advance(value)
        elif act == "crash":
            assert isinstance(value, str)
            network.crash(value)
            lab.start(value)
        elif act == "isolate":
            network.isolate(str(value))
        else:
            assert isinstance(value, tuple)
            work(lab, links, act, *value)
    network.heal()
    lab.advance(30.0)
    return lab, links


def work(lab: Lab, links: list[Sent], act: str, a: str, b: str) -> None:
    between = [sent for sent in links if (sent.source, sent.target) == (a, b)]
    if act == "dial":
        links.append(Sent(lab.carriers[a].dial(b), a, b))
    elif act == "send":
        for sent in between:
            number = sum(len(each.numbers) for each in links)
            if sent.link.send([b"%d" % number]):
                sent.numbers.append(number)
    elif act == "heal":
        lab.network.heal(a, b)
    elif act.startswith("cut"):
        lab.network.cut(a, b, one_way=act == "cut one way")
    else:
        for sent in between:
            sent.link.close(linger=2.0 if act == "linger" else 0.0)


@given(st.integers(0, 9), st.lists(ACTS, max_size=60))
def test_whatever_happens_a_link_delivers_a_first_part_and_all_of_it_while_it_lives(
    seed: int, acts: list[tuple[str, object]]
) -> None:
    lab, links = run(seed, [("dial", ("a", "b")), ("dial", ("b", "a")), ("advance", 1.0), *acts])
    for sent in links:
        came = [int(frame) for frame in lab.frames(sent.target) if int(frame) in sent.numbers]
        assert came == sent.numbers[: len(came)]
        if sent.link.alive():
            assert came == sent.numbers
    assert sum(len(lab.frames(name)) for name in "abc") <= sum(len(sent.numbers) for sent in links)


@given(st.integers(0, 9), st.lists(ACTS, max_size=30))
def test_the_same_seed_and_acts_give_the_same_run(seed: int, acts: list[tuple[str, object]]) -> None:
    def trace() -> list[list[tuple[float, str, object]]]:
        lab, _ = run(seed, acts)
        return [
            [
                (when, type(event).__name__, event if isinstance(event, Frame) else None)
                for when, event in lab.heard[name]
            ]
            for name in "abc"
        ]

    assert trace() == trace()


def test_another_seed_gives_another_run() -> None:
    def times(seed: int) -> list[float]:
        lab = Lab(seed=seed)
        send(lab.open("a", "b"), 1)
        lab.advance(1.0)
        return lab.times("b")

    assert times(1) == times(1) != times(2)
