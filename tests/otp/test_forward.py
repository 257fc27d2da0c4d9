"""`Forward`: another server answers the caller, wherever the three of them are."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from pybeam import GenServer, sys
from pybeam.node import disconnect
from pybeam.node import list as nodes
from pybeam.otp.directives import Continue
from pybeam.process import flush, sleep
from pybeam.runtime.receipts import COLLECTED_FOR
from pybeam.testing.world import World
from tests.otp.desk import A, B, C, Desk, ask, kept, kill, node, town


@pytest.fixture
def world() -> World:
    return town()


WAYS = [(B, C), (B, A), (A, B), (B, C, A), (B, C, B, C), (A, B, A), (A, B, C, A, B)]


@pytest.mark.parametrize("way", WAYS, ids="-".join)
def test_the_last_server_answers_the_caller_wherever_the_servers_are(world: World, way: tuple[str, ...]) -> None:
    assert node(world, A).run(lambda: ask(*way, request="hi")) == ("hi", way[-1])
    world.advance(len(way) * COLLECTED_FOR + 1)
    assert kept(world) == 0


@pytest.mark.parametrize("inner", ["hi", ("to", ("desk", C), "hi")])
def test_a_server_may_hand_a_call_on_to_itself_thousands_of_times_until_it_is_ready(world: World, inner: Any) -> None:
    answer = node(world, A).run(lambda: GenServer.call(("desk", B), ("again", 5000, inner)))
    assert answer == ("hi", B if inner == "hi" else C)
    assert node(world, A).run(lambda: ask(B, request="still there")) == ("still there", B)
    world.advance(1)
    assert kept(world) == 0


@pytest.mark.parametrize("there", [A, B, C])
def test_a_process_of_any_node_may_answer_what_was_forwarded(world: World, there: str) -> None:
    assert node(world, A).run(lambda: ask(B, C, request=("let", ("other", there)))) == "by another"
    world.advance(1)
    assert kept(world) == (0 if there == C else 1)  # the desk of c cannot know, unless it was one of its own node
    node(world, C).spawn(kill, "desk")
    world.advance(1)
    assert kept(world) == 0


@pytest.mark.parametrize("there", [A, B])
def test_a_server_of_the_same_node_answers(world: World, there: str) -> None:
    request = ("to", "other", "hi")
    assert node(world, A).run(lambda: GenServer.call(("desk", there), request)) == ("hi", there)
    assert kept(world) == 0


def test_a_forwarded_call_takes_three_messages_and_not_four(world: World) -> None:
    def story() -> float:
        ask(B, C, request="and so all have met")
        start = world.clock.now()
        ask(B, C, request="hi")
        return world.clock.now() - start

    addresses = [each.carrier.address for each in world.running]
    for source, target in permutations(addresses, 2):
        world.network.set_delay(source, target, 0.1, 0.1)
    assert node(world, A).run(story) == pytest.approx(3 * 0.1)


def test_the_answer_is_no_message_to_anybody(world: World) -> None:
    def story() -> list[object]:
        ask(B, C, request="hi")
        sleep(5)
        return list(flush())

    assert node(world, A).run(story) == []


@pytest.mark.parametrize("seconds", [0, 2])
def test_a_node_that_was_disconnected_is_not_connected_again_for_a_receipt(world: World, seconds: int) -> None:
    a, b, c = (node(world, name) for name in (A, B, C))
    a.spawn(lambda: ask(B, C, request=("wait", seconds)))
    world.advance(COLLECTED_FOR / 2)
    assert c.run(disconnect, B)
    world.advance(10)
    assert c.run(nodes) == b.run(nodes) == [A]
    assert kept(world) == 0


def test_a_promise_takes_the_answer_of_the_other_server(world: World) -> None:
    def story() -> list[object]:
        asked = [GenServer.call_async(("desk", B), ("to", ("desk", C), number)) for number in range(100)]
        return [promise.result() for promise in asked]

    assert node(world, A).run(story) == [(number, C) for number in range(100)]
    world.advance(1)
    assert kept(world) == 0


def test_what_comes_next_can_be_said_along_with_it(world: World) -> None:
    def story() -> Any:
        GenServer.call(("desk", B), ("to", ("desk", C), "hi", Continue("then")))
        return GenServer.call(("desk", B), "went on")

    assert node(world, A).run(story) == ["then"]


def test_a_large_request_to_a_slow_node_holds_up_nothing_that_comes_behind_it(world: World) -> None:
    body = b"x" * 30_000_000
    slow = node(world, C)

    def story() -> None:
        ask(B, C, request="and so they have met")
        slow.freeze()
        promise = GenServer.call_async(("desk", B), ("to", ("desk", C), body))
        sleep(1)
        assert ask(B, request="hi", timeout=1) == ("hi", B)
        slow.thaw()
        assert promise.result(timeout=60) == (body, C)

    node(world, A).run(story)
    world.advance(1)
    assert kept(world) == 0


def test_a_server_of_rpc_gives_the_request_a_process_of_its_own(world: World) -> None:
    request: Any = ("to", ("rex", C), ("operator:add", (2, 3), {}, False))
    assert node(world, A).run(lambda: GenServer.call(("desk", B), request)) == 5
    world.advance(1)
    assert kept(world) == 0


def test_a_traced_server_forwards_too(world: World) -> None:
    def story() -> Any:
        sys.statistics(("desk", B), True)
        answer, counted = ask(B, C, request="hi"), sys.statistics(("desk", B), "get")
        assert counted is not None
        return answer, counted.messages_in, counted.messages_out

    assert node(world, A).run(story) == (("hi", C), 1, 1)


@pytest.mark.parametrize("calls", [GenServer.call, lambda *call: GenServer.call_async(*call).result()])
@pytest.mark.parametrize("between", [(), ("other",)])
@pytest.mark.parametrize("last", [A, B, C])
@pytest.mark.parametrize("there", [A, B])
def test_a_forwarder_may_ask_the_caller_while_another_works_for_it(
    world: World, there: str, last: str, between: tuple[str, ...], calls: Any
) -> None:
    forwarded: Any = ("wait", 2)
    for server in (("last", last), *between):
        forwarded = ("to", server, forwarded)

    class Client(Desk):
        def handle_call(self, request: Any, from_: Any) -> Any:
            return "free" if request == "hi" else calls(("desk", there), request)

    def story() -> Any:
        GenServer.start(Client, name="client")
        GenServer.call("client", (*forwarded, Continue(("ask", ("client", A), "hi"))))
        return GenServer.call(("desk", there), "went on")

    node(world, last).run(lambda: GenServer.start(Desk, name="last"))
    assert node(world, A).run(story) == ["free"]
    world.advance(1)
    assert kept(world) == 0
