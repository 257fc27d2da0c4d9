"""Locks over several nodes: one requester at a time, and none is left behind."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pybeam import global_, process
from pybeam.testing.inside import now
from pybeam.testing.world import SimNode, World
from tests.groups.cluster import end, hearing


def test_a_lock_is_one_requesters_on_all_nodes(three: list[SimNode]) -> None:
    a, b, _ = three
    hearing(a, lambda: global_.set_lock(("disk", "me")))
    a.world.advance(1)
    assert not b.run(global_.set_lock, ("disk", "you"), None, 0)
    assert b.run(global_.set_lock, ("disk", "me"), None, 0)
    assert b.run(global_.set_lock, ("other", "you"), None, 0)


def test_a_lock_goes_with_its_process_and_with_its_node(world: World, three: list[SimNode]) -> None:
    a, b, c = three
    pid, _ = hearing(a, lambda: global_.set_lock(("disk", "me")))
    end(a, pid)
    hearing(b, lambda: global_.set_lock(("disk", "you")))
    a.world.advance(1)
    b.crash()
    world.advance(20)
    assert c.run(global_.set_lock, ("disk", "she"), None, 0)


def test_a_try_that_fails_leaves_no_lock_behind(three: list[SimNode]) -> None:
    a, b, c = three
    hearing(c, lambda: global_.set_lock(("disk", "me"), [c.name]))
    a.world.advance(1)
    held: list[bool] = []
    hearing(a, lambda: held.append(global_.set_lock(("disk", "you"), None, 0)))
    a.world.advance(1)
    assert held == [False]
    assert b.run(global_.set_lock, ("disk", "she"), [a.name, b.name], 0)


def test_who_waits_gets_the_lock_when_it_is_released(world: World, three: list[SimNode]) -> None:
    a, b, _ = three

    def hold() -> None:
        global_.set_lock(("disk", "me"))
        process.sleep(3)
        global_.del_lock(("disk", "me"))
        process.receive()

    a.spawn(hold)
    world.advance(1)
    assert b.run(global_.trans, ("disk", "you"), now) == pytest.approx(world.clock.now(), abs=0.1)
    assert 3 < world.clock.now() < 6


def test_transactions_of_all_nodes_come_one_after_another(world: World, three: list[SimNode]) -> None:
    spans: list[tuple[float, float]] = []

    def work() -> None:
        begin = now()
        process.sleep(0.5)
        spans.append((begin, now()))

    for each in three:
        for number in range(2):
            each.spawn(global_.trans, ("disk", (each.name, number)), work)
    world.advance(60)
    assert len(spans) == 6
    assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))


def test_a_transaction_that_gets_no_lock_is_aborted(three: list[SimNode]) -> None:
    a, b, _ = three
    hearing(a, lambda: global_.set_lock(("disk", "me")))
    a.world.advance(1)
    assert b.run(global_.trans, ("disk", "you"), lambda: 42, None, 2) == "aborted"


def test_a_transaction_that_raises_releases_the_lock(three: list[SimNode]) -> None:
    a, b, _ = three
    kept: list[object] = []

    def attempt() -> None:
        with pytest.raises(ZeroDivisionError):
            global_.trans(("disk", "me"), lambda: 1 // 0)
        kept.append("done")

    hearing(a, attempt)
    a.world.advance(1)
    assert kept == ["done"]
    assert b.run(global_.set_lock, ("disk", "you"), None, 0)


def test_a_node_that_is_gone_keeps_nobody_from_a_lock(world: World, three: list[SimNode]) -> None:
    three[2].crash()
    world.advance(20)
    assert three[0].run(global_.trans, ("disk", "me"), lambda: 42, [each.name for each in three]) == 42
