"""Answers to calls between nodes: in time, too late, and from another process than was asked."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam import CallTimeout, GenServer, ServerDied, send
from pybeam.process import flush, receive, register, self, sleep, spawn
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World
from tests.runtime.counter import COUNTER, Counter, finished, log_of, start_call

# ---------------------------------------------------------------------- in time, and too late


@pytest.mark.parametrize("timeout", [0, 0.05, 5.0])
def test_a_call_times_out_when_it_said_it_would(a: SimNode, counter: Pid, timeout: float) -> None:
    a.run(GenServer.call, COUNTER, "connect first")
    start = a.world.clock.now()
    with pytest.raises(CallTimeout, match="counter"):
        a.run(GenServer.call, COUNTER, "never", timeout)
    assert a.world.clock.now() - start == pytest.approx(timeout, abs=0.01)


def test_a_late_reply_never_reaches_the_mailbox_nor_the_next_call(a: SimNode, b: SimNode, counter: Pid) -> None:
    def call_in_vain() -> tuple[object, object]:
        with pytest.raises(CallTimeout):
            GenServer.call(COUNTER, ("sleep", 1), timeout=0.5)
        answer = GenServer.call(COUNTER, "the next")
        sleep(5)
        return answer, flush()

    assert a.run(call_in_vain) == ("the next", [])
    assert log_of(b) == [("call", "the next")]


def test_the_time_runs_while_the_window_to_the_node_is_full(world: World, a: SimNode, b: SimNode, counter: Pid) -> None:
    a.run(GenServer.call, COUNTER, "connect first")
    world.cut(a, b)
    flood = [a.spawn(send, COUNTER, bytes(60_000)) for _ in range(200)]
    world.settle()
    assert any(each.number in a.runtime.processes for each in flood), "nobody had to wait for the window"
    start = world.clock.now()
    with pytest.raises(CallTimeout):
        a.run(GenServer.call, COUNTER, "never sent", 0.5)
    assert world.clock.now() - start == pytest.approx(0.5)
    world.heal()
    world.advance(5)
    assert all(each.number not in a.runtime.processes for each in flood)
    assert [len(each) for _, each in log_of(b)[1:]] == [60_000] * 200


# ---------------------------------------------------------------------- answers from elsewhere


def answer_one() -> None:
    GenServer.reply(receive(), ("answered by", self().node))


@pytest.mark.parametrize("server", ["a@h", "b@h"])
@pytest.mark.parametrize("answerer", ["a@h", "b@h", "c@h"])
def test_a_process_of_any_node_may_answer_a_call_to_any_other(world: World, server: str, answerer: str) -> None:
    nodes = {node.name: node for node in world.nodes("a@h", "b@h", "c@h")}
    pid = nodes[server].run(lambda: GenServer.start(Counter))
    other = nodes[answerer].run(spawn, answer_one)

    def call() -> tuple[object, object]:
        return GenServer.call(pid, ("leave it to", other)), flush()

    assert nodes["a@h"].run(call) == (("answered by", answerer), [])
    nodes[server].run(GenServer.stop, pid)
    world.advance(5)


def test_two_answers_from_two_nodes_are_one_answer(world: World) -> None:
    a, b, c = world.nodes("a@h", "b@h", "c@h")
    pid = b.run(lambda: GenServer.start(Counter))

    def pass_on(to: Pid) -> None:
        from_ = receive()
        send(to, from_)
        GenServer.reply(from_, "the second hand's")

    last = c.run(spawn, answer_one)
    between = b.run(spawn, pass_on, last)

    def call() -> object:
        answer = GenServer.call(pid, ("leave it to", between))
        sleep(1)
        return answer, flush(), GenServer.call(pid, "next")

    assert a.run(call) == ("the second hand's", [], "next")


def test_an_answer_from_elsewhere_that_comes_too_late_is_dropped(world: World) -> None:
    a, b, c = world.nodes("a@h", "b@h", "c@h")
    pid = b.run(lambda: GenServer.start(Counter))

    def answer_late() -> None:
        from_ = receive()
        sleep(2)
        GenServer.reply(from_, "late")

    other = c.run(spawn, answer_late)

    def call() -> object:
        with pytest.raises(CallTimeout):
            GenServer.call(pid, ("leave it to", other), 1)
        sleep(5)
        return flush()

    assert a.run(call) == []


def test_a_deferred_call_ends_with_the_server_that_owes_the_answer(world: World) -> None:
    a, b, c = world.nodes("a@h", "b@h", "c@h")
    b.run(lambda: GenServer.start(Counter, name="counter"))
    outcome = start_call(a, ("leave it to", c.run(spawn, receive)))
    b.spawn(GenServer.stop, "counter", "enough")
    died = finished(a, outcome, within=0.1)
    assert isinstance(died, ServerDied)
    assert died.reason == "enough"


def test_a_call_across_nodes_and_back_is_answered(world: World) -> None:
    class Asker(GenServer):
        def handle_call(self, request: Any, from_: Any) -> Any:
            return ("asked", GenServer.call(("other", request), "log"))

    a, b = world.nodes("a@h", "b@h")
    a.run(lambda: GenServer.start(Counter, name="other"))
    b.run(lambda: GenServer.start(Asker, name="asker"))
    assert a.run(GenServer.call, ("asker", "b@h"), "a@h") == ("asked", [])


def test_a_plain_process_gets_calls_and_casts_as_its_messages_and_may_answer(a: SimNode, b: SimNode) -> None:
    def serve() -> None:
        register("plain", self())
        call = receive()
        GenServer.reply(call.from_, ("got", call.request))

    b.spawn(serve)
    b.world.settle()
    assert a.run(GenServer.call, ("plain", "b@h"), "this") == ("got", "this")


def test_a_call_to_a_plain_process_that_ends_is_server_died(a: SimNode, b: SimNode) -> None:
    pid = b.run(spawn, receive)
    with pytest.raises(ServerDied) as caught:
        a.run(GenServer.call, pid, "hello")
    assert caught.value.reason == "normal"
