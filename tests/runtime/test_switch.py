"""Fibers: who runs after whom, and when the hub does."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from pybeam.process import sleep, spawn
from pybeam.runtime.process import Process
from pybeam.runtime.switch import Fibers, current
from pybeam.testing.inside import Solo


class Bench:
    """Fibers with processes that are nothing but their bodies."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self.fibers = Fibers(now, self.take_ends)
        self.diary: list[object] = []

    def take_ends(self) -> None:
        self.fibers.ending.clear()
        self.diary.append("ends")

    def add(self, name: str, *, turns: int = 1, ends: bool = False) -> None:
        def body(process: Process) -> None:
            for turn in range(turns):
                self.diary.append(name)
                if turn < turns - 1:
                    self.fibers.ready.append(process)
                    self.fibers.give_way()
            if ends:
                self.fibers.ending.append((process, "normal", None))

        self.fibers.ready.append(Process(Solo().runtime, len(self.fibers.ready), body))


def test_once_they_have_stacks_one_after_the_other_runs_without_the_hub() -> None:
    bench = Bench()
    for name in "abc":
        bench.add(name, turns=50)
    rounds = 0
    while bench.fibers.ready:
        bench.fibers.run_ready(inf)
        rounds += 1
    assert bench.diary == ["a", "b", "c"] * 50
    assert rounds == 4  # one for each stack, which the hub begins, and one for all the rest


def test_the_hub_has_its_turn_when_the_time_is_up_and_one_has_run() -> None:
    bench = Bench(now=lambda: 1.0)
    for name in "ab":
        bench.add(name, turns=2)
    for told in ("a", "ab", "aba", "abab", "abab"):
        if bench.fibers.ready:
            bench.fibers.run_ready(0.5)
        assert "".join(map(str, bench.diary)) == told


def test_what_follows_from_an_end_is_done_before_the_next_runs() -> None:
    bench = Bench()
    bench.add("a", ends=True)
    bench.add("b")
    bench.fibers.run_ready(inf)
    assert bench.diary == ["a", "ends", "b"]


def test_while_one_waits_what_follows_from_an_end_is_the_hubs() -> None:
    bench = Bench()
    bench.add("a", turns=2)
    bench.add("b")
    bench.fibers.ending.append((bench.fibers.ready[1], "normal", None))
    bench.fibers.run_ready(inf)
    assert bench.diary == ["a"]


def test_bodies_that_never_wait_share_one_stack() -> None:
    bench = Bench()
    for name in "abcd":
        bench.add(name)
    bench.fibers.run_ready(inf)
    assert (bench.diary, len(bench.fibers.spare)) == (["a", "b", "c", "d"], 1)
    bench.fibers.retire()
    assert bench.fibers.spare == []


def test_stacks_of_very_many_that_wait_do_not_lie_in_each_other() -> None:
    # Each begun on the one before, they would end the OS process when its own stack is used up.
    node = Solo()

    def body() -> None:
        for _ in range(20_000):
            spawn(sleep, 1)
        sleep(0.5)

    node.run(body)
    assert len(node.runtime.processes) == 20_000
    node.advance(1)
    assert node.runtime.processes == {}


def test_outside_any_process_there_is_no_current_one_and_an_end_is_carried_out_there() -> None:
    node = Solo()
    seen: list[object] = []
    node.runtime.ties.end = lambda process, reason: seen.append((current(), reason))  # type: ignore[method-assign]
    node.run(lambda: [spawn(int) for _ in range(3)])
    node.settle()
    assert seen[-3:] == [(None, "normal")] * 3
