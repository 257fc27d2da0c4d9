"""Name servers that hear of each other in any order, through sessions that come and go, agree in the end."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam.groups.acts import Judge
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
