"""Name servers that hear of each other in any order, through sessions that come and go, agree in the end."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam.groups.acts import Act, Answer, Claim, Judge, Post
from pybeam.groups.claims import Claims
from pybeam.terms import Pid
from tests.groups.servers import Servers

SEEDS = st.integers(0, 2**32)


def meshed(seed: int, names: str) -> Servers:
    servers = Servers(Random(seed), names)
    servers.mesh()
    return servers


@given(SEEDS)
def test_of_several_that_register_at_once_on_connected_nodes_exactly_one_gets_the_name(seed: int) -> None:
    servers, random = meshed(seed, "abcd"), Random(seed)
    pids = []
    for _ in range(random.randint(1, 6)):
        pids.append(servers.register(random.choice("abcd"), "x"))
        for _ in range(random.randint(0, 8)):
            servers.step()
    servers.settle()
    winners = [pid for pid in pids if servers.answers[pid.number]]
    assert len(winners) == 1
    assert servers.seen("x") == set(winners)
    assert servers.told == []


@given(SEEDS)
def test_who_takes_names_by_force_at_once_is_never_refused_and_one_keeps_it(seed: int) -> None:
    servers, random = meshed(seed, "abc"), Random(seed)
    servers.register("a", "x")
    pids = [servers.register(random.choice("abc"), "x", forced=True) for _ in range(3)]
    servers.settle()
    assert [servers.answers[pid.number] for pid in pids] == [True] * 3
    assert servers.seen("x") == set(servers.owners("x")) < set(pids)
    assert len(servers.owners("x")) == 1
    assert servers.told == []


class Storm:
    """Random requests, ends, cuts and crashes of servers; and what must be true once all are connected again."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.nodes = "abcde"[: random.randint(2, 5)]
        self.servers = Servers(random, self.nodes)
        self.asked: list[tuple[Pid, str]] = []
        self.taken: set[str] = set()
        """Names that somebody may have lost otherwise than in a conflict."""
        self.restarted = False
        for _ in range(random.randint(5, 60)):
            self.happen()
            for _ in range(random.randint(0, 6)):
                self.servers.step()
        self.servers.mesh()

    def happen(self) -> None:
        draw, servers = self.random.random(), self.servers
        (one, other), name = self.random.sample(self.nodes, 2), self.random.choice("xy")
        if draw < 0.25:
            self.asked.append((servers.register(one, name), name))
        elif draw < 0.3:
            self.asked.append((servers.register(one, name, forced=True), name))
            self.taken.add(name)
        elif draw < 0.35:
            servers.unregister(one, name)
            self.taken.add(name)
        elif draw < 0.4 and self.asked:
            pid, its_name = self.random.choice(self.asked)
            servers.end(pid)
            self.taken.add(its_name)
        elif draw < 0.55:
            servers.connect(one, other)
        elif draw < 0.7:
            servers.cut(one, other)
        elif draw < 0.72:
            servers.restart_server(one)
            self.restarted = True

    def check(self, name: str) -> None:
        servers, owners = self.servers, self.servers.owners(name)
        told = [pid for pid, lost in servers.told if lost == name]
        assert len(owners) <= 1
        assert servers.seen(name) == (set[Pid | None](owners) or {None})
        assert len(told) == len(set(told)), "told twice"
        assert not set(owners) & set(told), "an owner was told that it lost"
        if name not in self.taken:
            got = [pid for pid, its_name in self.asked if its_name == name and servers.answers.get(pid.number)]
            assert bool(owners) == bool(got), "a lost name"
            assert set(owners) | set(told) == set(got), "a loser was not told"


@settings(max_examples=400)
@given(SEEDS)
def test_after_any_storm_all_agree_no_name_is_lost_and_every_loser_was_told(seed: int) -> None:
    storm = Storm(seed)
    for name in "xy":
        storm.check(name)
    if not storm.restarted:
        assert set(storm.servers.answers) == set(range(1, storm.servers.requests + 1))


def halves(seed: int = 0) -> tuple[Servers, Pid, Pid]:
    """Two nodes that did not know of each other, and the owner of "x" on each."""
    servers = Servers(Random(seed), "ab")
    return servers, servers.register("a", "x"), servers.register("b", "x")


@given(SEEDS)
def test_when_halves_meet_the_node_that_sorts_first_keeps_the_name(seed: int) -> None:
    servers, first, second = halves(seed)
    servers.mesh()
    assert (servers.seen("x"), servers.told) == ({first}, [(second, "x")])


@pytest.mark.parametrize(
    ("resolve", "kept"),
    [
        (lambda name, pid, other: pid, "a"),
        (lambda name, pid, other: other, "b"),
        (lambda name, pid, other: None, ""),
        (lambda name, pid, other: "whatever", ""),
    ],
)
def test_a_resolve_says_who_keeps_the_name_and_who_does_not_is_told(resolve: object, kept: str) -> None:
    servers = Servers(Random(0), "ab")
    pids = {at: servers.register(at, "x", resolve=resolve) for at in "ab"}  # type: ignore[arg-type]
    servers.mesh()
    assert servers.seen("x") == {pids.get(kept)}
    assert {pid for pid, _ in servers.told} == {pid for at, pid in pids.items() if at != kept}


def test_a_verdict_on_a_claim_that_is_gone_changes_nothing() -> None:
    servers, first, second = halves()
    claims = {at: servers.servers[at].claims for at in "ab"}
    ours, theirs = claims["a"].standing()["x"], claims["b"].standing()["x"]
    servers.end(first)
    servers.settle()
    case = Judge("x", ours, "b", theirs, lambda *_: None)
    assert list(claims["a"].verdict(case, first)) == []
    servers.mesh()
    assert (servers.seen("x"), servers.told) == ({second}, [])


def test_a_process_has_one_name_unless_it_takes_a_second_by_force() -> None:
    claims = Servers(Random(0), "a").servers["a"].claims
    pid = Pid("a", 1, 7)
    asks = (("x", False), ("y", False), ("y", True))
    asked = [list(claims.register(name, pid, None, forced, 0))[-1] for name, forced in asks]
    assert [answer.value for answer in asked] == [True, False, True]  # type: ignore[union-attr]
    assert claims.names() == ["x", "y"]


def test_an_unregister_is_answered_when_every_peer_knows() -> None:
    servers = meshed(0, "abc")
    servers.register("a", "x")
    servers.settle()
    request = servers.unregister("a", "x")
    assert request not in servers.answers
    servers.settle()
    assert (servers.answers[request], servers.seen("x")) == (True, {None})


def test_to_unregister_what_nobody_has_is_answered_at_once() -> None:
    servers = meshed(0, "ab")
    assert servers.answers[servers.unregister("a", "x")] is False


def test_a_name_that_is_asked_for_is_not_shown_before_it_is_had() -> None:
    servers = meshed(0, "ab")
    pid = servers.register("a", "x")
    assert servers.servers["a"].claims.whereis("x") is None
    servers.settle()
    assert servers.servers["a"].claims.whereis("x") == pid


def test_a_node_that_gets_its_name_gives_it_to_its_pids() -> None:
    claims = Servers(Random(0), ["nonode@nohost"]).servers["nonode@nohost"].claims
    list(claims.register("x", Pid("nonode@nohost", 1, 7), None, False, 0))
    claims.rename("a@h")
    assert repr(claims.whereis("x")) == "<a@h.7>"


# ---------------------------------------------------------------------- one server, told what to hear

HERE, THERE = Pid("b", 2, 1), Pid("a", 1, 1)
EARLY, LATE, LATEST = (0, 1), (8, 1), (9, 1)


def asking() -> Claims:
    """The server of node "b", which waits for "a" to grant it the name "x"."""
    claims = Claims("b", 2)
    list(claims.meet("a"))
    list(claims.register("x", HERE, None, False, "ticket"))
    return claims


def hear(acts: Iterator[Act], *kinds: type[Act]) -> list[Act]:
    return [act for act in acts if isinstance(act, kinds)]


def test_a_peer_that_is_lost_is_not_waited_for() -> None:
    assert hear(asking().lose("a"), Answer) == [Answer("ticket", True)]


def test_the_earlier_of_two_that_ask_is_granted_at_once_and_the_later_when_the_first_is_settled() -> None:
    claims = asking()
    assert hear(claims.claim("a", "x", Claim(THERE, EARLY), False), Post) == [Post("a", "grant", (EARLY, "x"))]
    assert hear(claims.claim("a", "x", Claim(THERE, LATE), False), Post) == []
    assert Post("a", "refuse", (LATE, "x")) in list(claims.grant("a", (1, 2), "x"))


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_claim_that_waits_here_is_granted_when_ours_fails_unless_it_was_withdrawn(withdrawn: bool) -> None:
    claims = asking()
    list(claims.claim("a", "x", Claim(THERE, LATE), False))
    if withdrawn:
        list(claims.drop("a", "x", LATE))
    granted = Post("a", "grant", (LATE, "x")) in list(claims.died(HERE))
    assert (granted, claims.whereis("x")) == ((False, None) if withdrawn else (True, THERE))


def test_what_a_lost_peer_asked_is_forgotten() -> None:
    claims = asking()
    list(claims.claim("a", "x", Claim(THERE, LATE), False))
    assert hear(claims.lose("a"), Post) == []
    list(claims.died(HERE))
    assert claims.whereis("x") is None


def test_who_asks_anew_has_no_more_what_it_had() -> None:
    claims = asking()
    list(claims.sync("a", {"x": Claim(THERE, EARLY)}))
    list(claims.claim("a", "x", Claim(THERE, LATE), True))
    list(claims.drop("a", "x", LATE))
    assert claims.whereis("x") is None


def test_a_sync_replaces_what_was_known_of_the_node() -> None:
    claims = Claims("b", 2)
    list(claims.sync("a", {"x": Claim(THERE, EARLY)}))
    list(claims.sync("a", {"y": Claim(THERE, LATE)}))
    assert claims.names() == ["y"]


def test_a_drop_of_an_older_claim_leaves_the_newer() -> None:
    claims = Claims("b", 2)
    list(claims.claim("a", "x", Claim(THERE, LATE), False))
    list(claims.drop("a", "x", EARLY))
    assert claims.whereis("x") == THERE


def test_what_is_taken_by_force_is_seen_so_at_once() -> None:
    claims, elsewhere = Claims("b", 2), Pid("c", 3, 1)
    list(claims.sync("c", {"x": Claim(elsewhere, (1, 3))}))
    list(claims.claim("a", "x", Claim(THERE, LATE), True))
    assert claims.whereis("x") == THERE
    list(claims.drop("a", "x", LATE))
    assert claims.whereis("x") == elsewhere


def test_a_verdict_on_an_older_claim_of_the_same_process_changes_nothing() -> None:
    claims = Claims("a", 1)
    list(claims.register("x", THERE, None, False, 1))
    case = Judge("x", claims.standing()["x"], "b", Claim(HERE, (1, 2)), lambda *_: None)
    list(claims.sync("b", {"x": case.theirs}))
    list(claims.register("x", THERE, None, True, 2))
    assert list(claims.verdict(case, HERE)) == []


def test_a_server_that_was_restarted_answers_nothing_that_the_last_one_was_asked() -> None:
    claims = asking()
    list(claims.grant("a", (1, 2), "x"))
    list(claims.unregister("x", "old ticket"))
    list(claims.register("y", HERE, None, False, "older ticket"))
    list(claims.restart())
    list(claims.meet("a"))
    assert hear(claims.lose("a"), Answer) == []
    assert claims.names() == []
