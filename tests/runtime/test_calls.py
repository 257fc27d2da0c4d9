"""Send, cast and call between nodes: who gets it, in what order, and what the caller hears when nobody answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam import GenServer, NodeDown, NoProcess, RemoteError, ServerDied, process, send
from pybeam.runtime.calls import Dest
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World
from tests.listener import listen
from tests.runtime.counter import COUNTER, Counter, finished, log_of, start_call

# ---------------------------------------------------------------------- who gets it


@pytest.mark.parametrize("way", ["pid", "name"])
@pytest.mark.parametrize("node", ["a@h", "b@h"])
def test_each_way_to_speak_reaches_its_callback(a: SimNode, b: SimNode, counter: Pid, way: str, node: str) -> None:
    dest: Dest = counter if way == "pid" else COUNTER

    def speak() -> object:
        send(dest, "sent")
        GenServer.cast(dest, "cast")
        return GenServer.call(dest, "called")

    speaker = {"a@h": a, "b@h": b}[node]
    assert speaker.run(speak) == "called"
    assert log_of(b) == [("info", "sent"), ("cast", "cast"), ("call", "called")]


def test_a_bare_name_is_one_of_this_node(a: SimNode, b: SimNode, counter: Pid) -> None:
    a.run(send, "counter", "for nobody")
    with pytest.raises(NoProcess, match="counter"):
        a.run(GenServer.call, "counter", "for nobody")
    assert log_of(b) == []


def test_the_name_and_the_own_node_is_the_bare_name(b: SimNode, counter: Pid) -> None:
    b.run(send, COUNTER, "sent")
    assert log_of(b) == [("info", "sent")]


@pytest.mark.parametrize("speak", [send, GenServer.cast, GenServer.call])
@pytest.mark.parametrize(
    "dest", [None, 7, b"name", ("name",), ("name", "b"), ("name", "b@h", 1), ("", "b@h"), (1, "b@h"), ["name", "b@h"]]
)
def test_what_is_no_destination_is_a_value_error(a: SimNode, speak: Callable[..., object], dest: Any) -> None:
    with pytest.raises(ValueError, match="bad"):
        a.run(speak, dest, "hello")


@pytest.mark.parametrize("speak", [send, GenServer.cast])
def test_what_is_for_nobody_is_dropped(a: SimNode, b: SimNode, counter: Pid, speak: Callable[..., object]) -> None:
    b.run(GenServer.stop, counter)
    for dest in (counter, COUNTER, ("counter", "unknown@h"), "counter", Pid("b@h", counter.creation, 10**6)):
        assert a.run(speak, dest, "hello") is None
        assert b.run(speak, dest, "hello") is None
    a.world.advance(10)


def test_to_pickle_goes_wrong_at_the_sender_and_sends_nothing(a: SimNode, b: SimNode, counter: Pid) -> None:
    for speak in (send, GenServer.cast, GenServer.call):
        with pytest.raises(TypeError, match="generator"):
            a.run(speak, COUNTER, (n for n in range(0)))
    assert a.run(GenServer.call, COUNTER, "called") == "called"
    assert log_of(b) == [("call", "called")]


def test_a_message_is_taken_by_value_when_it_is_sent(a: SimNode, b: SimNode, counter: Pid) -> None:
    def send_and_change() -> None:
        message = ["as it was"]
        send(COUNTER, message)
        message.append("as it became")

    a.run(send_and_change)
    assert log_of(b) == [("info", ["as it was"])]


class Explosive:
    """Pickles, and does not load."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (int, ("not a number",))


def test_what_does_not_load_costs_the_caller_an_error_and_the_server_nothing(
    a: SimNode, b: SimNode, counter: Pid
) -> None:
    a.run(send, COUNTER, Explosive())
    a.run(GenServer.cast, COUNTER, Explosive())
    with pytest.raises(RemoteError, match=r"b@h: ValueError: .*not a number"):
        a.run(GenServer.call, COUNTER, Explosive())
    assert log_of(b) == []


# ---------------------------------------------------------------------- order


@pytest.mark.parametrize("seed", range(10))
def test_what_one_process_sends_another_arrives_in_order_whatever_the_way(seed: int) -> None:
    world = World(seed)
    a, b = world.nodes("a@h", "b@h")
    counter = b.run(lambda: GenServer.start(Counter, name="counter"))

    def speak() -> None:
        for n in range(100):
            dest = counter if n % 2 else COUNTER
            if n % 7 == 3:
                GenServer.call(dest, n)
            else:
                (send if n % 3 else GenServer.cast)(dest, bytes(100_000) if n % 10 == 0 else n)

    a.run(speak)
    told = log_of(b)
    assert [n for _, n in told] == [bytes(100_000) if n % 10 == 0 and n % 7 != 3 else n for n in range(100)]


def test_a_large_message_delays_nothing_that_others_send(world: World, a: SimNode, b: SimNode) -> None:
    world.network.bandwidth = 1e6
    heard = listen(b)
    a.run(send, ("listener", "b@h"), "first")
    a.spawn(send, ("listener", "b@h"), bytes(8_000_000))
    world.advance(0.1)
    a.spawn(send, ("listener", "b@h"), "small")
    world.advance(20)
    assert [each if isinstance(each, str) else len(each) for each in heard] == ["first", "small", 8_000_000]  # type: ignore[arg-type]


# ---------------------------------------------------------------------- when nobody answers


def test_a_call_to_nobody_is_no_process_at_once(a: SimNode, b: SimNode, counter: Pid) -> None:
    b.run(GenServer.stop, counter)
    for dest in (counter, COUNTER, Pid("b@h", counter.creation, 10**6)):
        for node in (a, b):
            with pytest.raises(NoProcess):
                node.run(GenServer.call, dest, "hello")
    assert a.world.clock.now() < 0.1


def test_the_error_names_the_node_where_nobody_has_the_name(a: SimNode, b: SimNode) -> None:
    with pytest.raises(NoProcess, match=r"no process \('nobody', 'b@h'\)"):
        a.run(GenServer.call, ("nobody", "b@h"), "hello")


def test_a_pid_of_an_earlier_life_is_nobody_even_if_its_number_lives_again(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    old = b.run(lambda: GenServer.start(Counter))
    a.run(GenServer.call, old, 1)
    b.crash()
    world.advance(2)
    b = world.node("b@h")
    new = b.run(lambda: GenServer.start(Counter, name="counter"))
    assert (new.node, new.number) == (old.node, old.number)
    for node in (a, b, a):
        with pytest.raises(NoProcess):
            node.run(GenServer.call, old, 2)
        node.run(send, old, 3)
    assert log_of(b) == []


@pytest.mark.parametrize("dest", [COUNTER, Pid("b@h", 1, 1)])
def test_a_node_that_cannot_be_reached_is_node_down_at_once(a: SimNode, dest: Dest) -> None:
    with pytest.raises(NodeDown, match="b@h"):
        a.run(GenServer.call, dest, "hello")
    assert a.world.clock.now() < 0.1


def test_a_node_that_is_killed_is_node_down_for_all_who_wait(world: World, a: SimNode, b: SimNode) -> None:
    counter = b.run(lambda: GenServer.start(Counter))
    ends: list[tuple[str, float]] = []

    def wait() -> None:
        try:
            GenServer.call(counter, "never", timeout=None)
        except NodeDown as error:
            ends.append((error.node, world.clock.now()))

    for _ in range(10):
        a.spawn(wait)
    world.advance(1)
    b.crash()
    world.advance(2)
    assert [node for node, _ in ends] == ["b@h"] * 10
    assert all(1 < when < 3 for _, when in ends)


def test_a_disconnected_node_is_node_down_for_who_waits(a: SimNode, b: SimNode, counter: Pid) -> None:
    outcome = start_call(a, "never")
    a.runtime.network.disconnect("b@h")
    assert isinstance(finished(a, outcome, within=0.01), NodeDown)


@pytest.mark.parametrize("reason", ["normal", "shutdown", ("shutdown", 7), "kill"])
def test_a_server_that_ends_while_calls_wait_is_server_died_at_once(
    a: SimNode, b: SimNode, counter: Pid, reason: object
) -> None:
    outcomes = [start_call(a, "never"), start_call(b, "never"), start_call(a, ("sleep", 1)), start_call(a, "queued")]
    if reason == "kill":
        b.run(process.exit, counter, "kill")
    else:
        b.spawn(GenServer.call, counter, ("stop", reason))
    a.world.advance(2)
    ends = [outcome[0] for outcome in outcomes]
    died = [end for end in ends if isinstance(end, ServerDied)]
    assert {str(end.reason) for end in died} == {"killed" if reason == "kill" else str(reason)}
    assert len(died) == (4 if reason == "kill" else 2)
    assert set(map(str, ends)) - set(map(str, died)) <= {"slept", "queued"}


def test_a_reason_that_cannot_travel_still_ends_the_call(a: SimNode, b: SimNode, counter: Pid) -> None:
    outcome = start_call(a, "never")
    b.spawn(lambda: GenServer.stop(counter, reason=(n for n in range(0))))
    died = finished(a, outcome, within=0.1)
    assert isinstance(died, ServerDied)
    assert "generator" in str(died.reason)  # what it looked like


class Demanding(Exception):
    """An exception that pickles, and does not load."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


class Fragile(GenServer):
    def handle_call(self, request: Any, from_: Any) -> Any:
        raise Demanding(1, 2)


def test_a_crash_reaches_the_caller_as_the_reason_with_its_traceback(a: SimNode, b: SimNode) -> None:
    b.run(lambda: GenServer.start(Fragile, name="fragile"))
    with pytest.raises(ServerDied, match="Demanding: 1 and 2") as caught:
        a.run(GenServer.call, ("fragile", "b@h"), "hello")
    reason: Any = caught.value.reason
    assert "raise Demanding(1, 2)" in reason.traceback
    assert reason.exception is None  # it could not travel


@pytest.mark.parametrize("timeout", [-1, -0.001, float("nan")])
def test_a_timeout_that_is_none_is_a_value_error(world: World, timeout: float) -> None:
    node = world.node("alone@h")
    with pytest.raises(ValueError, match="timeout"):
        node.run(lambda: GenServer.call(GenServer.start(GenServer), 1, timeout))
    with pytest.raises(ValueError, match="timeout"):
        node.run(lambda: process.receive(timeout=timeout))


def test_a_name_that_nobody_can_have_is_a_value_error(world: World) -> None:
    node = world.node("alone@h")
    with pytest.raises(ValueError, match="destination"):
        node.run(send, ("x" * 256, "b@h"), 1)
