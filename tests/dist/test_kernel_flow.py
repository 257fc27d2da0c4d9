"""Senders that wait: for the window, for a large message to leave, for the handshake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pybeam import GenServer, process, send
from pybeam.dist.credit import STREAM_WINDOW, WINDOW
from pybeam.errors import CallTimeout, NodeDown
from pybeam.runtime.calls import call
from pybeam.runtime.process import Process
from pybeam.testing.world import SimNode, World

KIB = 1024
MIB = 1024 * KIB


class Sink:
    """A process on `node`, registered as `"sink"`, that keeps what it gets."""

    def __init__(self, node: SimNode) -> None:
        self.got: list[Any] = []
        node.spawn(self._run)

    def _run(self) -> None:
        process.register("sink", process.self())
        while True:
            self.got.append(process.receive())


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def pair(world: World) -> tuple[SimNode, SimNode]:
    a, b = world.nodes("a@h", "b@h")
    assert connect(a, "b@h")
    return a, b


def connect(node: SimNode, name: str) -> bool:
    done: list[bool] = []
    node.runtime.network.connect(name, done.append)
    node.world.run_until(lambda: bool(done))
    return done[0]


SINK = ("sink", "b@h")


def freeze(node: SimNode) -> Callable[[], None]:
    """Stop `node`. Returns what lets it go on."""
    node.freeze()
    return node.thaw


def sends(count: int, size: int, sent: list[int]) -> Callable[[], None]:
    def run() -> None:
        for n in range(count):
            send(SINK, (n, bytes(size)))
            sent.append(n)

    return run


def test_a_sender_waits_while_the_window_is_full_and_nothing_is_lost(
    world: World, pair: tuple[SimNode, SimNode]
) -> None:
    a, b = pair
    sink = Sink(b)
    world.settle()
    thaw = freeze(b)
    sent: list[int] = []
    a.spawn(sends(500, 60 * KIB, sent))
    world.advance(1.0)
    on_the_way = len(sent) * 60 * KIB
    assert WINDOW <= on_the_way < WINDOW + 200 * KIB
    thaw()
    world.advance(1.0)
    assert len(sent) == 500
    assert [n for n, _ in sink.got] == list(range(500))


def test_others_go_on_while_one_peer_is_slow(world: World, pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    c = world.node("c@h")
    sink = Sink(c)
    world.settle()
    freeze(b)
    a.spawn(sends(500, 60 * KIB, []))
    world.advance(0.1)
    a.run(send, ("sink", "c@h"), "hello")
    world.advance(0.1)
    assert sink.got == ["hello"]


def test_a_call_keeps_its_deadline_while_its_caller_waits_for_the_window(
    world: World, pair: tuple[SimNode, SimNode]
) -> None:
    a, b = pair
    Sink(b)
    world.settle()
    freeze(b)
    a.spawn(sends(500, 60 * KIB, []))
    world.advance(0.1)
    start = world.clock.now()
    with pytest.raises(CallTimeout):
        a.run(call, SINK, "request", 2.0)
    assert world.clock.now() - start == pytest.approx(2.0)


def test_a_sender_that_is_killed_while_it_waits_leaves_its_turn_to_the_next(
    world: World, pair: tuple[SimNode, SimNode]
) -> None:
    a, b = pair
    sink = Sink(b)
    world.settle()
    thaw = freeze(b)
    a.spawn(sends(150, 60 * KIB, []))
    world.advance(0.1)
    doomed = [a.spawn(send, SINK, ("doomed", bytes(200 * KIB))) for _ in range(100)]
    world.settle()
    a.spawn(send, SINK, "last")
    world.settle()
    for one in doomed:
        a.runtime.exit_signal(one, one.pid, "kill", by_exit=True)
    world.advance(0.1)
    thaw()
    world.advance(1.0)
    assert "last" in sink.got and len(sink.got) == 151


@pytest.mark.parametrize("size", [60 * KIB, 20 * MIB], ids=["window", "stream"])
def test_when_the_peer_is_lost_those_who_wait_go_on(world: World, pair: tuple[SimNode, SimNode], size: int) -> None:
    a, b = pair
    Sink(b)
    world.settle()
    freeze(b)
    sent: list[int] = []
    a.spawn(sends(140, size, sent))
    world.settle()
    outcome: list[object] = []

    def caller() -> None:
        try:
            call(SINK, bytes(size), None)
        except NodeDown as error:
            outcome.append(error.node)

    a.spawn(caller)
    world.advance(0.1)
    assert len(sent) < 140 and outcome == []
    world.running.append(b)
    b.crash()
    del world.directory.addresses["b@h"]
    world.advance(2.0)
    assert len(sent) == 140 and outcome == ["b@h"]


def test_a_large_message_leaves_in_fragments_while_its_sender_waits(
    world: World, pair: tuple[SimNode, SimNode]
) -> None:
    a, b = pair
    sink = Sink(b)
    world.settle()
    thaw = freeze(b)
    done: list[object] = []

    def large() -> None:
        send(SINK, bytes(20 * MIB))
        done.append("large")
        send(SINK, "behind it")

    a.spawn(large)
    world.settle()
    assert done == []
    a.run(send, SINK, "passes")
    thaw()
    world.advance(1.0)
    assert [len(got) for got in sink.got] == [6, 20 * MIB, 9]


@pytest.mark.parametrize("size", [100_000, 20 * MIB])
def test_a_receiver_sees_an_array_as_it_was_when_it_was_sent(
    world: World, pair: tuple[SimNode, SimNode], size: int
) -> None:
    a, b = pair
    sink = Sink(b)
    world.settle()
    array = np.zeros(size, dtype="u1")

    def mutate() -> None:
        for n in range(5):
            array[:] = n
            send(SINK, array)
        array[:] = 99

    a.run(mutate)
    world.advance(1.0)
    assert [(got.min(), got.max()) for got in sink.got] == [(n, n) for n in range(5)]


def test_no_more_of_a_large_message_is_on_its_way_than_a_few_fragments(
    world: World, pair: tuple[SimNode, SimNode]
) -> None:
    a, b = pair
    Sink(b)
    world.settle()
    freeze(b)
    for _ in range(5):
        a.spawn(send, SINK, bytes(20 * MIB))
    world.advance(0.1)
    links = [link for link in world.network.links if link.near is a.carrier]
    on_the_way = sum(len(part) for _, _, due in b.carrier._agenda for part in due.frame or ())
    assert links and on_the_way < STREAM_WINDOW + 64 * KIB


def test_a_large_call_that_runs_out_of_time_is_taken_back(world: World, pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    sink = Sink(b)
    world.settle()
    thaw = freeze(b)
    with pytest.raises(CallTimeout):
        a.run(call, SINK, bytes(20 * MIB), 2.0)
    a.spawn(send, SINK, "afterwards")
    thaw()
    world.advance(1.0)
    assert sink.got == ["afterwards"]
    assert not b.runtime.network._sessions._peers["a@h"]._inflow._assemblies  # type: ignore[attr-defined]


def test_a_large_message_waits_for_the_handshake_behind_the_small_ones_of_its_sender(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    sink = Sink(b)
    world.settle()

    def run() -> None:
        send(SINK, "small")
        send(SINK, bytes(MIB))
        send(SINK, "last")

    a.run(run)
    world.advance(1.0)
    assert [len(got) for got in sink.got] == [5, MIB, 4]


def test_a_large_message_to_a_node_that_cannot_be_reached_is_dropped_or_fails_the_call(world: World) -> None:
    a = world.node("a@h")
    assert a.run(send, ("sink", "nobody@h"), bytes(MIB)) is None
    with pytest.raises(NodeDown):
        a.run(call, ("sink", "nobody@h"), bytes(MIB))


def test_senders_wait_when_too_much_is_queued_for_a_handshake(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    sink = Sink(b)
    world.settle()
    world.network.cut(a.carrier.address, b.carrier.address)
    sent: list[int] = []
    a.spawn(sends(500, 60 * KIB, sent))
    world.advance(1.0)
    assert WINDOW <= len(sent) * 60 * KIB < WINDOW + 200 * KIB
    world.network.heal()
    world.advance(3.0)
    assert len(sink.got) == 500


def test_an_answer_that_comes_before_its_caller_is_back_from_posting_reaches_it(
    world: World, pair: tuple[SimNode, SimNode]
) -> None:
    a, b = pair

    def serve() -> None:
        process.register("sink", process.self())
        while True:
            from_ = process.receive().from_
            GenServer.reply(from_, "answer")

    b.spawn(serve)
    world.settle()
    answers: list[object] = []
    caller = a.spawn(lambda: answers.append(call(SINK, bytes(20 * MIB))))
    held: list[Process] = []
    ready, pump = a.runtime.ready, a.runtime.network.pump

    def pump_and_hold(timeout: float | None) -> None:
        # As when the run queue is long: the caller, resumed by its last fragment, gets no turn yet.
        pump(timeout)
        if caller in ready and world.clock.now() > 0.004:
            ready.remove(caller)
            held.append(caller)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(a.runtime.network, "pump", pump_and_hold)
        world.advance(1.0)
    assert held == [caller] and answers == []
    ready.append(caller)
    world.advance(1.0)
    assert answers == ["answer"]
