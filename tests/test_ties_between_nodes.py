"""Links, monitors and exit signals between processes of different nodes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from pybeam import Pid, Ref, node, process, rpc
from pybeam.errors import Crash
from pybeam.testing.world import SimNode, World
from tests.ties import A, B, far_ties, idle, told


@pytest.fixture
def pair() -> tuple[SimNode, SimNode]:
    """Two nodes that are not connected yet."""
    a, b = World().nodes(A, B)
    return a, b


# ---------------------------------------------------------------------- an end that is told


@pytest.mark.parametrize("reason", ["oops", "shutdown", ("shutdown", 1), {"a": [1]}, "killed"])
def test_the_end_of_a_linked_and_monitored_process_is_told_once_each(
    pair: tuple[SimNode, SimNode], reason: Any
) -> None:
    a, b = pair

    def body() -> None:
        process.trap_exit()
        pid = node.spawn(B, idle)
        process.link(pid)
        ref = process.monitor(pid)
        process.exit(pid, reason)
        assert sorted([told(), told()], key=str) == sorted(
            [("EXIT", pid, reason), ("DOWN", ref, "process", pid, reason)], key=str
        )
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a, b) == []


def test_a_link_ends_the_process_on_the_other_node_and_takes_its_reason_there(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair

    def body() -> None:
        owner, owner_ref = process.spawn_monitor(lambda: (node.spawn_link(B, idle), process.receive()))
        process.sleep(0.1)
        (child,) = linked_on(B)
        ref = process.monitor(child)
        process.exit(owner, "boom")
        assert {m[1]: m[4] for m in (told(), told())} == {owner_ref: "boom", ref: "boom"}

    a.run(body)
    assert far_ties(a, b) == []


def linked_on(name: str) -> list[Pid]:
    return [
        pid
        for pid in rpc.call(name, "pybeam.process:list")
        if (found := rpc.call(name, "pybeam.process:info", pid)) and found["links"]
    ]


def test_a_normal_end_is_told_to_monitors_and_harms_no_link(pair: tuple[SimNode, SimNode]) -> None:
    a, _ = pair

    def body() -> None:
        pid, ref = node.spawn_monitor(B, lambda: None)
        assert told() == ("DOWN", ref, "process", pid, "normal")
        node.spawn_link(B, lambda: None)
        assert told() == "nothing"

    a.run(body)


def test_a_process_that_ends_before_its_pid_is_known_is_told_all_the_same(pair: tuple[SimNode, SimNode]) -> None:
    a, _ = pair

    def body() -> None:
        process.trap_exit()
        pid = node.spawn_link(B, _raise)
        what, who, reason = told()
        assert (what, who) == ("EXIT", pid)
        assert isinstance(reason, Crash) and isinstance(reason.exception, ZeroDivisionError)
        assert "1 / 0" in reason.traceback

    a.run(body)


def _raise() -> None:
    print(1 / 0)


def test_kill_cannot_be_trapped_and_arrives_as_killed(pair: tuple[SimNode, SimNode]) -> None:
    a, _ = pair

    def stubborn() -> None:
        process.trap_exit()
        process.receive(lambda message: False)

    def body() -> None:
        pid, ref = node.spawn_monitor(B, stubborn)
        process.exit(pid, "please")
        assert told(1.0) == "nothing"
        process.exit(pid, "kill")
        assert told() == ("DOWN", ref, "process", pid, "killed")

    a.run(body)


def test_a_trapping_process_gets_the_exit_signal_of_another_node_as_a_message(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    heard: list[object] = []

    def trapping() -> None:
        process.trap_exit()
        heard.append(process.receive())

    target = b.spawn(trapping)

    def signal() -> Pid:
        process.exit(target.pid, "hello")
        return process.self()

    me = a.run(signal)
    a.world.advance(1.0)
    assert heard == [("EXIT", me, "hello")]


# ---------------------------------------------------------------------- taken back


def test_what_was_unlinked_or_demonitored_leaves_no_message(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair

    def body() -> None:
        process.trap_exit()
        pid = node.spawn(B, idle)
        process.link(pid)
        ref, other = process.monitor(pid), process.monitor(pid)
        process.exit(pid, "bye")  # on its way
        process.unlink(pid)
        assert process.demonitor(ref, flush=True)
        assert told() == ("DOWN", other, "process", pid, "bye")
        assert told() == "nothing"
        assert not process.demonitor(other)

    a.run(body)
    assert far_ties(a, b) == []


def test_an_unlinked_pair_can_be_linked_again(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair

    def body() -> None:
        process.trap_exit()
        pid = node.spawn(B, idle)
        for _ in range(3):
            process.link(pid)
            process.unlink(pid)
        process.link(pid)
        process.exit(pid, "bye")
        assert told() == ("EXIT", pid, "bye")
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a, b) == []


def test_the_dead_take_their_monitors_along(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    target = b.spawn(idle)
    for _ in range(20):
        a.run(lambda: process.monitor(target.pid))
    a.world.advance(1.0)
    assert far_ties(a, b) == []
    assert target.far is not None and not target.far.nodes - {A}


# ---------------------------------------------------------------------- reasons of every kind


def test_a_reason_that_cannot_travel_arrives_as_its_text(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    lock = threading.Lock()

    def body() -> None:
        process.monitor(b_pid)
        process.sleep(0.1)
        b.spawn(lambda: process.exit(b_pid, lock))
        assert told()[4] == str(lock)

    b_pid = b.spawn(idle).pid
    a.run(body)


def test_a_reason_that_cannot_be_read_is_replaced_by_a_text_that_says_so(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair

    def body() -> None:
        process.monitor(target)
        process.sleep(0.1)
        b.spawn(lambda: process.exit(target, Unreadable()))
        assert "cannot be unpickled here: ZeroDivisionError" in told()[4]

    target = b.spawn(idle).pid
    a.run(body)


class Unreadable:
    def __reduce__(self) -> tuple[Any, ...]:
        return _raise, ()


def test_a_huge_reason_arrives_whole_and_in_order(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    me: list[Pid] = []

    def speaker() -> None:
        process.receive()
        process.send(me[0], "last words")
        process.exit(process.self(), "x" * 3_000_000)

    def body() -> None:
        me.append(process.self())
        ref = process.monitor(target)
        process.send(target, "go")
        assert told() == "last words"
        assert told() == ("DOWN", ref, "process", target, "x" * 3_000_000)

    target = b.spawn(speaker).pid
    a.run(body)


@pytest.mark.parametrize("bad", [None, 7, "name", ("name", B), Ref("a@h", 1, 1)])
@pytest.mark.parametrize("act", [process.link, process.unlink, lambda bad: process.exit(bad, "x")])
def test_what_is_no_pid_is_refused(pair: tuple[SimNode, SimNode], act: Callable[[Any], object], bad: Any) -> None:
    with pytest.raises(ValueError, match="a Pid is needed"):
        pair[0].run(act, bad)
