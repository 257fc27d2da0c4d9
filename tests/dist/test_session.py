"""Two sides agree on one session, whatever happens in whichever order."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam.dist.frames import Ack, Bye, Hello, Refuse, Sign
from pybeam.dist.session import (
    HANDSHAKE_TICKS,
    PROBE_TICKS,
    Bind,
    Dial,
    Effects,
    Failed,
    Fell,
    Find,
    Leave,
    Own,
    Say,
    Session,
    State,
    Tell,
    Up,
)
from tests.dist.duel import GRAVE, Duel, Side

OWN = Own("a@h", 100, False, "at a", (3, 11))
CHOICES = st.lists(st.integers(0, 2**20), max_size=80)


def session() -> Session:
    nonces = iter(range(1, 100))
    return Session(OWN, "b@h", lambda: next(nonces))


def hello(
    nonce: int = 50, answers: int = 0, *, creation: int = 200, to: str = "a@h", to_creation: int = 0, name: str = "b@h"
) -> Hello:
    return Hello(name, creation, False, to, to_creation, nonce, answers, "at b", (3, 11))


def calling(address: str) -> Session:
    """Has said HELLO there, with nonce 1."""
    one = session()
    one.start()
    one.found(1, address)
    one.opened()
    return one


def connected() -> Session:
    """Up, with nonce 1 here and 50 there."""
    one = calling("at b")
    one.heard(hello(50, answers=1), b"first", True)
    assert one.state is State.UP and one.pair == (1, 50)
    return one


def kinds(effects: Effects) -> list[type]:
    return [type(effect) for effect in effects]


# ---------------------------------------------------------------------- one side, step by step


def test_the_side_that_calls_finds_dials_greets_and_is_up_with_the_answer() -> None:
    one = session()
    assert one.start() == [Find(1)]
    assert one.start() == []
    assert one.found(1, "at b") == [Dial("at b")]
    assert one.opened() == [Say(Hello("a@h", 100, False, "b@h", 0, 1, 0, "at a", (3, 11)))]
    assert one.heard(hello(50, answers=1), b"s", True) == [Bind(b"s"), Say(Ack(50)), Up()]


def test_the_side_that_is_called_dials_back_and_is_up_with_the_ack() -> None:
    one = session()
    assert one.heard(hello(50), b"s", False) == [Bind(b"s"), Dial("at b")]
    assert one.opened() == [Say(Hello("a@h", 100, False, "b@h", 200, 1, 50, "at a", (3, 11)))]
    assert one.acked(1) == [Up()]


def test_an_ack_for_another_attempt_does_not_count() -> None:
    one = session()
    one.heard(hello(50), b"s", False)
    one.opened()
    assert one.acked(2) == []
    assert one.state is State.CALLING


def test_a_hello_that_crosses_ones_own_is_acknowledged_on_ones_own_link() -> None:
    one = calling("at b")
    assert one.heard(hello(50), b"s", True) == [Bind(b"s"), Say(Ack(50))]
    assert one.acked(1) == [Up()]


def test_a_hello_that_comes_while_one_still_dials_is_answered_without_a_second_dial() -> None:
    one = session()
    one.start()
    one.found(1, "at b")
    assert one.heard(hello(50), b"s", False) == [Bind(b"s")]
    (said,) = one.opened()
    assert isinstance(said, Say) and isinstance(said.frame, Hello) and said.frame.answers == 50


def test_a_hello_that_comes_while_one_still_looks_for_the_address_says_it() -> None:
    one = session()
    one.start()
    assert one.heard(hello(50), b"s", False) == [Bind(b"s"), Dial("at b")]
    assert one.found(1, "somewhere else") == []


def test_a_wrong_address_is_left_for_the_one_that_the_peer_itself_gives() -> None:
    one = session()
    one.start()
    one.found(1, "at c")
    one.heard(hello(50), b"s", False)
    assert one.lost("connection refused") == [Dial("at b")]
    assert one.lost("connection refused") == [Failed("connection refused")]


def test_who_reaches_the_wrong_node_and_is_refused_goes_where_the_peer_says() -> None:
    one = calling("at c")
    one.heard(hello(50), b"s", True)
    assert one.refused(1, "this is c@h, not b@h") == [Dial("at b")]


def test_a_link_that_breaks_before_the_session_is_left_for_where_the_peer_itself_says_that_it_listens() -> None:
    one = calling("at the b of before")
    one.heard(hello(50), b"s", True)
    assert one.broke() == [Dial("at b")]
    one.opened()
    assert one.pair == (2, 50)
    assert kinds(one.broke()) == [Leave, Failed]


def test_a_link_that_breaks_under_a_session_ends_it_wherever_it_was_dialled() -> None:
    one = calling("at b, in other words")
    one.heard(hello(50, answers=1), b"s", True)
    assert kinds(one.broke()) == [Leave, Fell]


def test_an_answer_of_the_resolver_to_an_earlier_attempt_is_ignored() -> None:
    one = session()
    one.start()
    one.drop("given up")
    one.start()
    assert one.found(1, "at b") == []
    assert one.found(2, None) == [Failed("nobody knows its address")]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (hello(to="c@h"), "this is a@h, not c@h"),
        (hello(to_creation=99), "another incarnation"),
        (hello(name="a@h"), "own name"),
        (hello(answers=33), "given up"),
    ],
    ids=["another name", "another creation", "my own name", "stale answer"],
)
def test_a_hello_for_somebody_else_is_refused_with_the_reason(wrong: Hello, why: str) -> None:
    one = session()
    ((address, refusal),) = one.heard(wrong, b"s", False)  # type: ignore[misc]
    assert address == "at b" and isinstance(refusal, Refuse)
    assert refusal.nonce == 50 and why in refusal.why
    assert one.state is State.IDLE


def test_a_refusal_ends_the_attempt_and_says_why() -> None:
    one = calling("at b")
    assert one.refused(2, "no") == []
    assert one.refused(1, "no") == [Failed("refused: no")]


def test_a_handshake_that_takes_too_long_is_given_up_and_the_peer_is_told() -> None:
    one = session()
    one.heard(hello(50), b"s", False)
    one.opened()
    assert [one.tick() for _ in range(HANDSHAKE_TICKS)] == [[]] * HANDSHAKE_TICKS
    assert one.tick() == [Leave("at b", Bye(1, 50, "no handshake in time")), Failed("no handshake in time")]


def test_a_session_does_not_end_by_the_passing_of_time() -> None:
    one = connected()
    assert [one.tick() for _ in range(1000)] == [[]] * 1000


def test_bye_ends_the_session_only_with_its_nonces() -> None:
    one = connected()
    assert one.left(Bye(49, 1, "old")) == []
    assert one.left(Bye(50, 7, "old")) == []
    assert one.left(Bye(50, 1, "stops")) == [Fell("stops")]
    assert one.left(Bye(50, 1, "stops")) == []


def test_a_peer_that_took_ones_hello_with_it_and_has_begun_anew_gets_another() -> None:
    one = calling("at b")
    one.heard(hello(51), b"s", True)
    assert one.left(Bye(50, 1, "an earlier attempt of mine")) == [Dial("at b")]
    assert one.left(Bye(50, 1, "an earlier attempt of mine")) == []


def test_a_peer_that_gives_up_before_its_hello_has_come_ends_the_attempt() -> None:
    one = calling("at b")
    assert one.left(Bye(50, 0, "stops")) == []
    assert one.left(Bye(50, 1, "stops")) == [Failed("stops")]


def test_dropping_it_tells_the_peer() -> None:
    one = connected()
    assert one.drop("broken") == [Leave("at b", Bye(1, 50, "broken")), Fell("broken")]
    assert one.drop("broken") == []


def test_a_peer_that_connects_anew_lost_its_half_and_gets_a_new_session() -> None:
    one = connected()
    assert one.heard(hello(51), b"second", True) == [Fell("it has connected anew"), Bind(b"second"), Dial("at b")]


def test_an_older_hello_that_comes_late_changes_nothing() -> None:
    one = connected()
    assert one.heard(hello(49), b"old", True) == []
    assert one.heard(hello(50), b"again", True) == []
    assert one.state is State.UP


def test_another_incarnation_takes_over_at_once_when_the_link_to_the_old_one_is_dead() -> None:
    one = connected()
    effects = one.heard(hello(7, creation=201), b"new", False)
    assert effects == [Fell("another incarnation has come"), Bind(b"new"), Dial("at b")]


def test_a_second_live_node_of_the_same_name_is_refused() -> None:
    one = connected()
    assert one.heard(hello(7, creation=201), b"new", True) == [Say(Sign.PROBE)]
    ((_, refusal),) = one.alive()  # type: ignore[misc]
    assert isinstance(refusal, Refuse) and refusal.nonce == 7 and "b@h" in refusal.why
    assert one.state is State.UP and one.alive() == []


def test_a_silent_peer_is_down_before_the_newcomer_of_its_name_is_let_in() -> None:
    one = connected()
    one.heard(hello(7, creation=201), b"new", True)
    assert [one.tick() for _ in range(PROBE_TICKS)] == [[]] * PROBE_TICKS
    assert kinds(one.tick()) == [Leave, Fell, Bind, Dial]
    assert one.hello is not None and one.hello.creation == 201


def test_when_the_old_one_falls_during_the_probe_the_newcomer_is_let_in_at_once() -> None:
    one = connected()
    one.heard(hello(7, creation=201), b"new", True)
    assert kinds(one.left(Bye(50, 1, "stops"))) == [Fell, Bind, Dial]


def test_a_third_of_the_same_name_takes_the_place_of_the_second_and_no_more_time() -> None:
    one = connected()
    one.heard(hello(7, creation=201), b"second", True)
    for _ in range(PROBE_TICKS):
        one.tick()
    told, probe = one.heard(hello(8, creation=202), b"third", True)
    assert isinstance(told, Tell) and told.frame.nonce == 7 and probe == Say(Sign.PROBE)
    assert kinds(one.tick()) == [Leave, Fell, Bind, Dial]
    assert one.hello is not None and one.hello.creation == 202


def test_during_the_handshake_another_incarnation_replaces_the_first() -> None:
    one = session()
    one.heard(hello(50), b"first", False)
    assert kinds(one.heard(hello(7, creation=201), b"new", False)) == [Tell, Bind, Dial]


def test_a_probe_is_answered() -> None:
    assert connected().probed() == [Say(Sign.ALIVE)]


# ---------------------------------------------------------------------- two sides


def check(duel: Duel) -> None:
    a, b = duel.a.session, duel.b.session
    both_up = a.state is State.UP and b.state is State.UP and a.pair == b.pair[::-1]
    both_idle = a.state is State.IDLE and b.state is State.IDLE
    assert both_up or both_idle, (a.state, a.pair, b.state, b.pair)
    for side in duel.sides:
        assert side.seen == ["up", "down"] * (len(side.seen) // 2) + ["up"] * (len(side.seen) % 2)


def act(duel: Duel, choice: int) -> None:
    events, deeds = duel.events(), duel.deeds()
    if events and choice % 4:
        events[choice // 4 % len(events)]()
    else:
        deeds[choice // 4 % len(deeds)]()


@settings(max_examples=300, deadline=None)
@given(CHOICES, st.sampled_from([None, "nowhere", GRAVE]))
def test_whatever_happens_both_end_up_with_each_other_or_without(choices: list[int], stale: str | None) -> None:
    duel = Duel(stale)
    for choice in choices:
        act(duel, choice)
    duel.calm()
    check(duel)


@pytest.mark.parametrize("seed", range(300))
def test_long_quarrels_end_in_agreement_too(seed: int) -> None:
    random = Random(seed)
    duel = Duel(["nowhere", GRAVE, None, None, None][seed % 5])
    for _ in range(random.randint(5, 300)):
        act(duel, random.getrandbits(20))
    duel.calm()
    check(duel)


def interleaved(duel: Duel, choices: list[int], starters: tuple[Side, ...]) -> None:
    starts: list[Callable[[], None]] = [side.start for side in starters]
    for choice in choices:
        acts = [*starts, *duel.events()]
        if not acts:
            return
        chosen = acts[choice % len(acts)]
        if chosen in starts:
            starts.remove(chosen)
        chosen()
    for start in starts:
        start()
    duel.calm()


@settings(max_examples=200, deadline=None)
@given(CHOICES, st.booleans())
def test_without_trouble_they_are_up_at_once_and_for_good_with_one_link_each(choices: list[int], both: bool) -> None:
    duel = Duel()
    interleaved(duel, choices, duel.sides if both else (duel.a,))
    assert [side.seen for side in duel.sides] == [["up"], ["up"]]
    assert len(duel.wires) == 2
    check(duel)
