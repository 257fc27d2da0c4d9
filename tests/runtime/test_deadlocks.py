"""A cycle of calls ends with an error that names it, and nothing else does."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam import CallTimeout, DeadlockError, GenServer, Pid, process
from pybeam.errors import Crash, ServerDied
from pybeam.runtime.calls import Dest
from pybeam.runtime.ports import Kind, Target
from pybeam.testing.inside import inside, now, settle
from pybeam.testing.world import SimNode, World
from tests.runtime.relay import Relay, answers_of, errors_of, start_relay

Town = list[tuple[SimNode, tuple[str, str]]]
"""Relays, each with its node."""


def town(*homes: int, seed: int = 0) -> tuple[World, Town]:
    """A relay for each of `homes`, on the node of that number; all nodes are connected."""
    world = World(seed)
    nodes = world.nodes(*(f"n{number}@h" for number in sorted(set(homes))))
    for other in nodes[1:]:
        other.run(lambda: process.send(("nobody", nodes[0].name), "hello"))
    world.advance(1)
    by_number = dict(zip(sorted(set(homes)), nodes, strict=True))
    return world, [(by_number[home], start_relay(by_number[home], f"s{n}")) for n, home in enumerate(homes)]


def ask(node: SimNode, dest: Dest, request: object, timeout: float | None = None) -> list[object]:
    """Begin a call from a process of its own; the list gets its outcome."""
    outcome: list[object] = []

    def call() -> None:
        try:
            outcome.append(GenServer.call(dest, request, timeout))
        except Exception as error:
            outcome.append(error)

    node.spawn(call)
    return outcome


def all_errors(relays: Town) -> list[DeadlockError]:
    errors = [error for node, (name, _) in relays for error in errors_of(node, name)]
    assert all(isinstance(error, DeadlockError) for error in errors), errors
    return errors


# ---------------------------------------------------------------------- on one node


@inside
def test_two_servers_that_call_each_other_are_told_at_once() -> None:
    a, b = GenServer.start(Relay), GenServer.start(Relay, name="b")
    begin = now()
    error = GenServer.call(a, ("pass", ("b", a)))
    assert isinstance(error, DeadlockError)
    assert error.cycle == (("b", "a@host"), a)
    assert str(error).endswith(f": ('b', 'a@host') -> {a!r} -> ('b', 'a@host')")
    assert now() == begin
    assert GenServer.call(a, ("pass", ())) == GenServer.call(b, ("pass", ())) == "arrived"


@pytest.mark.parametrize("size", [2, 3, 10, 300])
@inside
def test_a_cycle_of_any_length_is_told_and_in_order(size: int) -> None:
    pids = [GenServer.start(Relay) for _ in range(size)]
    error = GenServer.call(pids[0], ("pass", (*pids[1:], pids[0])))
    assert isinstance(error, DeadlockError)
    assert error.cycle == (pids[-1], *pids[:-1])


@inside
def test_a_cycle_that_does_not_come_back_to_the_first_caller_is_told_as_what_it_is() -> None:
    first, a, b = (GenServer.start(Relay) for _ in range(3))
    error = GenServer.call(first, ("pass", (a, b, a)))
    assert isinstance(error, DeadlockError)
    assert error.cycle == (b, a)


@inside
def test_a_server_that_does_not_expect_it_ends_and_so_do_those_that_wait_for_it() -> None:
    class Plain(GenServer):
        def handle_call(self, request: Any, from_: Any) -> Any:
            return GenServer.call(request[0], request[1:])

    a, b = GenServer.start(Plain), GenServer.start(Plain)
    with pytest.raises(ServerDied) as died:
        GenServer.call(a, (b, a))
    crash = died.value.reason
    assert isinstance(crash, Crash) and isinstance(crash.exception, ServerDied)
    assert "DeadlockError: each waits for the next to answer" in str(crash.exception.reason)


@inside
def test_a_process_that_is_called_back_by_the_server_that_it_calls_is_in_a_cycle() -> None:
    relay = GenServer.start(Relay)
    error = GenServer.call(relay, ("pass", (process.self(),)))
    assert isinstance(error, DeadlockError)
    assert error.cycle == (relay, process.self())


@inside
def test_a_call_that_was_deferred_is_no_part_of_a_cycle() -> None:
    a, b = GenServer.start(Relay), GenServer.start(Relay)
    GenServer.cast(a, ("ask", b, ("defer to", process.self())))
    from_ = process.receive(timeout=1)
    GenServer.cast(b, ("ask", a, ("pass", ())))
    settle()
    GenServer.reply(from_, "late")
    assert GenServer.call(a, "answers") == ["late"]
    assert GenServer.call(b, "answers") == ["arrived"]


@inside
def test_who_calls_a_server_that_waits_for_somebody_else_just_waits() -> None:
    a, b = GenServer.start(Relay), GenServer.start(Relay)
    GenServer.cast(b, ("pass at", now() + 1, ()))
    GenServer.cast(a, ("ask", b, ("pass", ())))
    settle()
    assert GenServer.call(a, ("pass", ())) == "arrived"
    assert now() >= 1


@inside
def test_a_promise_that_was_deferred_is_no_part_of_a_cycle() -> None:
    def answer_late() -> None:
        process.sleep(1)
        GenServer.reply(from_, "late")

    server = GenServer.start(Relay)
    promise = GenServer.call_async(server, ("defer to", process.self()))
    from_ = process.receive(timeout=1)
    GenServer.cast(server, ("ask", process.self(), "hello"))
    settle()
    process.spawn(answer_late)
    assert promise.result(5.0) == "late"


# ---------------------------------------------------------------------- between nodes


@pytest.mark.parametrize("homes", [(0, 1), (0, 1, 2), (0, 0, 1), (0, 1, 0, 1), (0, 1, 1, 2, 0, 0)])
@pytest.mark.parametrize("seed", range(3))
def test_a_cycle_between_nodes_is_told_to_one_of_it_long_before_a_timeout(homes: tuple[int, ...], seed: int) -> None:
    world, relays = town(*homes, seed=seed)
    names = [name for _, name in relays]
    begin = world.clock.now()
    outcome = ask(relays[0][0], names[0], ("pass", (*names[1:], names[0])))
    world.run_until(lambda: bool(outcome))
    assert world.clock.now() - begin < 0.2
    (error,) = all_errors(relays)
    start = names.index(error.cycle[0])  # type: ignore[arg-type]
    assert error.cycle == (*names[start:], *names[:start])


@pytest.mark.parametrize("homes", [(0, 0), (0, 1), (1, 0)])
def test_a_cycle_that_closes_when_a_promise_is_waited_for_is_told(homes: tuple[int, int]) -> None:
    world, relays = town(*homes)
    (node, name), (_, other) = relays
    node.run(GenServer.cast, name, ("promise", other, (name,), 1.0))
    world.advance(1.2)
    (error,) = all_errors(relays)
    assert set(error.cycle) == {name, other}


def test_a_cycle_of_servers_that_all_call_at_the_same_moment_has_one_victim() -> None:
    world, relays = town(0, 1, 2, 3)
    names = [name for _, name in relays]
    moment = world.clock.now() + 1
    for number, (node, name) in enumerate(relays):
        callee = names[(number + 1) % 4]
        node.run(GenServer.cast, name, ("pass at", moment, (callee,)))
    world.advance(2)
    assert len(all_errors(relays)) == 1


def test_two_cycles_that_share_no_server_are_both_told() -> None:
    world, relays = town(0, 1, 0, 1)
    names = [name for _, name in relays]
    moment = world.clock.now() + 1
    for (node, name), callee in zip(relays, (names[1], names[0], names[3], names[2]), strict=True):
        node.run(GenServer.cast, name, ("pass at", moment, (callee,)))
    world.advance(2)
    assert {frozenset(error.cycle) for error in all_errors(relays)} == {frozenset(names[:2]), frozenset(names[2:])}
    assert len(all_errors(relays)) == 2


def test_a_timeout_that_is_shorter_than_the_check_comes_first() -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    b.run(GenServer.cast, name_b, ("pass", (name_a,), 0.05))
    a.run(GenServer.cast, name_a, ("pass", (name_b,), 0.05))
    world.advance(2)
    errors = [error for node, (name, _) in relays for error in errors_of(node, name)]
    assert errors and {type(error) for error in errors} == {CallTimeout}


@pytest.mark.parametrize("at_once", [False, True])
def test_a_server_may_ask_the_caller_of_a_call_that_it_has_deferred_between_nodes_too(at_once: bool) -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    froms: list[Any] = []
    keeper = b.spawn(lambda: froms.append(process.receive()))
    back = ("ask", name_a, ("pass", ()))
    a.run(GenServer.cast, name_a, ("ask", name_b, ("defer to", keeper.pid, *([back] if at_once else []))))
    world.run_until(lambda: bool(froms))
    if not at_once:
        b.run(GenServer.cast, name_b, back)
    world.advance(3)
    b.run(GenServer.reply, froms[0], "late")
    world.advance(1)
    assert answers_of(a, name_a[0]) == ["late"]
    assert answers_of(b, name_b[0]) == ["arrived"]


def test_an_answer_that_is_still_on_its_way_is_no_part_of_a_cycle() -> None:
    # n0 waits for n1, which has answered already, over a slow link, and now waits for n0 by way of n2.
    world, relays = town(0, 1, 2)
    (a, name_a), (b, name_b), (_, name_c) = relays
    world.network.set_delay(b.carrier.address, a.carrier.address, 0.5, 0.5)
    a.run(GenServer.cast, name_a, ("ask", name_b, ("answer, then pass", (name_c, name_a))))
    world.advance(3)
    assert all_errors(relays) == []
    assert answers_of(a, name_a[0]) == ["early"]
    assert b.run(GenServer.call, name_b, ("pass", ())) == "arrived"


def test_a_slow_server_is_no_deadlock_however_many_wait_for_it() -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    b.run(GenServer.cast, name_b, ("pass at", world.clock.now() + 20, ()))
    a.run(GenServer.cast, name_a, ("pass", (name_b,), None))
    outcomes = [ask(node, name_a, ("pass", ())) for node in (a, b) for _ in range(50)]
    world.advance(19)
    assert all(outcome == [] for outcome in outcomes)
    world.advance(2)
    assert all(outcome == ["arrived"] for outcome in outcomes)


def test_a_cycle_is_found_also_when_it_closes_long_after_an_earlier_check() -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    b.run(GenServer.cast, name_b, ("pass at", world.clock.now() + 10, (name_a,)))
    a.run(GenServer.cast, name_a, ("pass", (name_b,), None))
    early = ask(b, name_a, ("pass", ()))
    world.advance(9.5)
    assert early == []
    world.advance(1)
    assert len(all_errors(relays)) == 1
    assert early == ["arrived"]


def test_a_cycle_through_a_node_that_is_lost_ends_as_any_call_to_it() -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    outcome = ask(a, name_a, ("pass", (name_b, name_a)))
    world.advance(0.05)
    b.crash()
    world.advance(100)
    assert len(outcome) == 1 and isinstance(outcome[0], ServerDied)


class Fatal:
    """Ends whoever opens it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.exit, ("opened",)


BAD: list[object] = [None, 7, [], [1, 2], [("a", "b")], [(Pid("n0@h", 1, 1), 3)], "garbage", {"x": 1}, Fatal()]
BAD += [[([], 1, None)], [("a", 1, "s")] * 2, [(Pid("n0@h", 1, 1), "1", None)]]


@pytest.mark.parametrize("kind", [Kind.PROBE, Kind.DEADLOCK])
@pytest.mark.parametrize("body", BAD)
def test_a_probe_that_makes_no_sense_harms_nobody(kind: Kind, body: object) -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    b.run(GenServer.cast, name_b, ("pass at", world.clock.now() + 5, ()))
    a.run(GenServer.cast, name_a, ("ask", name_b, ("pass", ())))
    world.advance(0.1)
    for target in (Target(a.name, 0, name_a[0]), Target(a.name, 0, "nobody")):
        b.run(lambda target=target: b.runtime.network.tell(kind, target, 1, 1, body))
    world.advance(0.1)
    assert a.runtime.network.nodes() == [b.name]
    world.advance(6)
    assert answers_of(a, name_a[0]) == ["arrived"]


def test_the_news_of_a_deadlock_of_an_earlier_call_is_dropped() -> None:
    world, relays = town(0, 1)
    (a, name_a), (b, name_b) = relays
    b.run(GenServer.cast, name_b, ("pass at", world.clock.now() + 5, ()))
    a.run(GenServer.cast, name_a, ("ask", name_b, ("pass", ())))
    world.advance(0.1)
    pid = a.run(process.whereis, name_a[0])
    assert pid is not None
    for ref in (0, 1, 10**9):
        cycle = [(pid, ref, "s0"), (pid, ref + 1, None)]
        b.run(lambda ref=ref, cycle=cycle: b.runtime.network.tell(Kind.DEADLOCK, Target(*_place(pid)), ref, 1, cycle))
    world.advance(6)
    assert answers_of(a, name_a[0]) == ["arrived"]


def _place(pid: Pid) -> tuple[str, int, int]:
    return pid.node, pid.creation, pid.number


# ---------------------------------------------------------------------- any graph


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.none(), st.integers(0, 7)), st.integers(0, 12)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 1000),
)
def test_every_cycle_ends_and_no_error_is_without_one(servers: list[tuple[int, int | None, int]], seed: int) -> None:
    """Each server has a node, one whom it calls, if any, and when, in steps of 30 ms."""
    world, relays = town(*(home for home, _, _ in servers), seed=seed)
    names = [name for _, name in relays]
    callees = [
        None if callee is None or callee % len(names) == n else callee % len(names)
        for n, (_, callee, _) in enumerate(servers)
    ]
    begin = world.clock.now() + 1
    for (node, name), callee, (_, _, step) in zip(relays, callees, servers, strict=True):
        if callee is not None:
            node.run(GenServer.cast, name, ("pass at", begin + step * 0.03, (names[callee],)))
    world.advance(5)
    errors = all_errors(relays)
    for node, name in relays:
        assert node.run(lambda name=name: GenServer.call(name, ("pass", ()), 0.05)) == "arrived"
    edges = {(names[n], names[callee]) for n, callee in enumerate(callees) if callee is not None}
    for error in errors:
        assert set(zip(error.cycle, (*error.cycle[1:], error.cycle[0]), strict=True)) <= edges
    assert len({frozenset(error.cycle) for error in errors}) == len(errors)
