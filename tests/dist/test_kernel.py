"""Two nodes: sessions, signals, calls, and how they end."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest

from pybeam.errors import NodeDown, NoProcess
from pybeam.runtime.ports import Kind, Target
from pybeam.terms import Pid
from tests.dist.lab import Lab, caller


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_connecting_says_how_it_went_and_both_sides_see_it(lab: Lab) -> None:
    a, b = lab.nodes("ab")
    a.connect(b)
    lab.run(0.1)
    assert a.outcomes == [True]
    assert (a.nodes(), b.nodes()) == (["b@h"], ["a@h"])
    assert (a.notes.log, b.notes.log) == ([("nodeup", "b@h")], [("nodeup", "a@h")])


def test_a_node_is_always_connected_to_itself_and_not_in_its_list(lab: Lab) -> None:
    a = lab.node("a@h")
    a.connect(a)
    assert a.outcomes == [True] and a.nodes() == []


def test_connecting_to_a_connected_node_succeeds_at_once(lab: Lab) -> None:
    a, b = lab.pair()
    a.connect(b)
    assert a.outcomes == [True, True]


def test_an_unknown_name_fails_at_once(lab: Lab) -> None:
    a = lab.node("a@h")
    a.connect("nobody@h")
    lab.settle()
    assert a.outcomes == [False]


def test_an_address_where_nobody_listens_fails_promptly(lab: Lab) -> None:
    a = lab.node("a@h")
    lab.book["b@h"] = "memory://nowhere"
    a.connect("b@h")
    lab.run(0.1)
    assert a.outcomes == [False]


def test_a_resolver_that_never_answers_costs_the_time_of_a_handshake(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    a = lab.node("a@h")
    monkeypatch.setattr(lab, "lookup", lambda name, answer: None)
    a.connect("b@h")
    lab.run(4.0)
    assert a.outcomes == []
    lab.run(2.0)
    assert a.outcomes == [False]


def test_a_lie_of_the_resolver_never_makes_a_session_with_a_wrong_name(lab: Lab) -> None:
    a, _, c = lab.nodes("abc")
    lab.book["b@h"] = c.address
    a.connect("b@h")
    lab.run(1.0)
    assert a.outcomes == [False]
    assert a.nodes() == [] == c.nodes() and a.notes.log == [] == c.notes.log


def test_a_lie_of_the_resolver_is_overcome_when_the_peer_itself_connects(lab: Lab) -> None:
    a, b, c = lab.nodes("abc")
    lab.book["b@h"] = c.address
    a.connect("b@h")
    b.connect(a)
    lab.run(1.0)
    assert a.outcomes == [True] == b.outcomes
    assert (a.nodes(), c.nodes()) == (["b@h"], [])


@pytest.mark.parametrize("seed", range(20))
def test_two_that_connect_to_each_other_at_once_have_one_session(seed: int) -> None:
    lab = Lab(seed)
    a, b = lab.nodes("ab")
    a.connect(b)
    b.connect(a)
    lab.run(6.0)
    assert a.outcomes == [True] == b.outcomes
    assert a.notes.ups_and_downs("b@h") == ["nodeup"] == b.notes.ups_and_downs("a@h")
    assert len(lab.network.links) == 2


def test_nodeup_comes_before_every_signal_and_signals_connect_by_themselves(lab: Lab) -> None:
    a, b = lab.nodes("ab")
    for n in range(3):
        a.send(b, n)
    lab.run(0.1)
    me = Pid("a@h", a.creation, 1)
    assert b.notes.log == [("nodeup", "a@h"), *(("send", 1, n, me) for n in range(3))]


def test_signals_of_every_kind_reach_their_process_or_name(lab: Lab) -> None:
    a, b = lab.pair()
    a.kernel.post(Kind.CAST, Target("b@h", b.creation, 7), 0, caller(3), "cast", inf)
    a.kernel.post(Kind.SEND, Target("b@h", 0, "name"), 0, None, "sent", inf)
    lab.run(0.1)
    assert b.notes.told("cast", "send") == [
        ("cast", 7, "cast", Pid("a@h", a.creation, 3)),
        ("send", "name", "sent", Pid("a@h", a.creation, 0)),
    ]


def test_a_call_gets_its_reply(lab: Lab) -> None:
    a, b = lab.pair()
    b.notes.answer = lambda request: ("seen", request)
    ref = a.call(b, "request", sender=9)
    lab.run(0.1)
    assert a.notes.told("reply") == [("reply", 9, ref, ("seen", "request"))]


def test_a_failure_travels_as_an_exception(lab: Lab) -> None:
    a, b = lab.pair()
    ref = a.call(b, "request", sender=9)
    lab.run(0.1)
    b.kernel.post(Kind.FAIL, Target("a@h", a.creation, 9), ref, None, KeyError("gone"), inf)
    lab.run(0.1)
    ((_, process, failed, error),) = a.notes.told("fail")
    assert (process, failed, type(error)) == (9, ref, KeyError)


def test_an_answer_to_no_open_call_is_left_to_the_runtime_which_knows_its_own(lab: Lab) -> None:
    a, b = lab.pair()
    b.kernel.post(Kind.REPLY, Target("a@h", a.creation, 4), 99, caller(5), "answer", inf)
    lab.run(0.1)
    assert a.notes.told("reply") == [("reply", 4, 99, "answer")]


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.FAIL])
def test_an_answer_may_come_from_another_node_than_the_one_that_was_asked(lab: Lab, kind: Kind) -> None:
    a, b = lab.pair()
    c = lab.node("c@h")
    c.connect(a)
    ref = a.call(b, "request", sender=9)
    lab.run(0.1)
    c.kernel.post(kind, Target("a@h", a.creation, 9), ref, caller(5), KeyError(1), inf)
    lab.run(0.1)
    ((told, process, answered, _),) = a.notes.told("reply", "fail")
    assert (told, process, answered) == (kind.name.lower(), 9, ref)
    lab.kill(b)
    lab.run(2.0)
    assert len(a.notes.told("reply", "fail")) == 1


def test_when_a_node_dies_its_open_calls_fail_in_order_and_then_comes_nodedown(lab: Lab) -> None:
    a, b = lab.pair()
    refs = [a.call(b, n, sender=n) for n in range(1, 4)]
    a.kernel.abandon("b@h", refs[1])
    lab.kill(b)
    lab.run(2.0)
    *failures, last = a.notes.told("fail", "nodedown")
    assert [(note[1], note[2]) for note in failures] == [(1, refs[0]), (3, refs[2])]
    assert all(isinstance(note[3], NodeDown) for note in failures)
    assert last == ("nodedown", "b@h") and a.nodes() == []


def test_nodes_no_longer_has_the_node_when_nodedown_is_announced(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = lab.pair()
    seen: list[list[str]] = []
    monkeypatch.setattr(a.notes, "announce", lambda event, name: seen.append(a.nodes()))
    lab.kill(b)
    lab.run(2.0)
    assert seen == [[]]


def test_calls_to_a_node_that_cannot_be_reached_fail_and_other_signals_vanish(lab: Lab) -> None:
    a = lab.node("a@h")
    a.send("b@h", "lost")
    ref = a.call("b@h", "request")
    assert a.notes.log == []
    lab.settle()
    ((kind, _, failed, error),) = a.notes.log
    assert (kind, failed) == ("fail", ref) and isinstance(error, NodeDown) and error.node == "b@h"


def test_a_pid_of_an_earlier_incarnation_is_nobody(lab: Lab) -> None:
    a, b = lab.pair()
    a.send(b, "to the old one", creation=b.creation ^ 1)
    with pytest.raises(NoProcess):
        a.call(b, "to the old one", creation=b.creation ^ 1)
    lab.run(0.1)
    assert b.messages() == []


def test_a_pid_of_an_earlier_incarnation_is_nobody_even_when_the_session_is_made_for_it(lab: Lab) -> None:
    a, b = lab.nodes("ab")
    a.send(b, "to the old one", creation=b.creation ^ 1)
    a.send(b, "to whichever")
    ref = a.call(b, "to the old one", creation=b.creation ^ 1)
    lab.run(0.1)
    assert b.messages() == ["to whichever"]
    ((_, _, failed, error),) = a.notes.told("fail")
    assert failed == ref and isinstance(error, NoProcess)


def test_an_old_pid_of_ones_own_name_is_nobody(lab: Lab) -> None:
    a = lab.node("a@h")
    a.send(a, "to the old one", creation=1)
    with pytest.raises(NoProcess):
        a.call(a, "to the old one", creation=1)


def test_a_body_that_cannot_be_pickled_raises_and_sends_nothing(lab: Lab) -> None:
    a, b = lab.pair()
    with pytest.raises(TypeError):
        a.call(b, (x for x in "ab"))
    lab.kill(b)
    lab.run(2.0)
    assert a.notes.told("fail") == []


def test_a_message_over_the_limit_raises_at_the_sender(lab: Lab) -> None:
    a, b = lab.node("a@h", max_message=10**6), lab.node("b@h")
    a.connect(b)
    lab.run(0.1)
    with pytest.raises(ValueError, match="1000000"):
        a.send(b, bytes(10**6 + 1))


def test_disconnecting_is_seen_on_both_sides_behind_what_was_sent(lab: Lab) -> None:
    a, b = lab.pair()
    a.send(b, "last words")
    assert a.kernel.disconnect("b@h") is True
    assert a.kernel.disconnect("b@h") is False
    assert a.nodes() == []
    lab.run(0.1)
    assert [note[0] for note in b.notes.log] == ["nodeup", "send", "nodedown"]


def test_disconnecting_breaks_off_an_attempt(lab: Lab) -> None:
    a, b = lab.nodes("ab")
    a.connect(b)
    assert a.kernel.disconnect("b@h") is False
    lab.run(6.0)
    assert a.outcomes == [False] and a.nodes() == [] == b.nodes()


def test_after_a_disconnect_a_connect_works_again(lab: Lab) -> None:
    a, b = lab.pair()
    a.kernel.disconnect("b@h")
    lab.run(0.1)
    b.connect(a)
    lab.run(1.0)
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown", "nodeup"]
    assert b.notes.ups_and_downs("a@h") == ["nodeup", "nodedown", "nodeup"]


def test_a_node_that_stops_is_down_at_once_for_its_peers_and_connects_no_more(lab: Lab) -> None:
    a, b = lab.pair()
    a.send(b, "last words")
    a.kernel.stop()
    lab.run(0.05)
    assert [note[0] for note in b.notes.log] == ["nodeup", "send", "nodedown"]
    a.connect(b)
    a.send(b, "too late")
    with pytest.raises(NodeDown):
        a.call(b, "too late")
    b.connect(a)
    lab.run(6.0)
    assert a.outcomes[-1] is False and b.outcomes == [False]


def test_a_killed_node_is_down_within_two_seconds(lab: Lab) -> None:
    a, b = lab.pair()
    lab.kill(b)
    lab.run(2.0)
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown"]


def test_a_large_array_arrives_whole_and_writable(lab: Lab) -> None:
    a, b = lab.pair()
    array = np.arange(500_000)
    a.kernel.post(Kind.SEND, Target("b@h", 0, 1), 0, None, ("array", array), inf)
    array[:] = 0
    a.kernel.post(Kind.SEND, Target("b@h", 0, 1), 0, None, "behind it", inf)
    lab.run(0.1)
    messages: list[Any] = b.messages()
    (_, received), behind = messages
    assert np.array_equal(received, np.arange(500_000)) and behind == "behind it"
    received[0] = 1


def test_an_idle_session_lives_on_for_hours(lab: Lab) -> None:
    a, b = lab.pair()
    lab.run(3 * 3600)
    assert a.notes.ups_and_downs("b@h") == ["nodeup"] == b.notes.ups_and_downs("a@h")


def test_a_node_alone_has_no_timer(lab: Lab) -> None:
    a, b = lab.pair()
    assert a.notes.next_due() < inf
    lab.kill(b)
    lab.run(5.0)
    assert a.notes.next_due() == inf
