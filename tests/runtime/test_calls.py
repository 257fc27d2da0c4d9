"""Send, cast and call between nodes: who gets it, in what order, and what the caller hears when nobody answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam import CallTimeout, GenServer, NodeDown, NoProcess, NoReply, RemoteError, ServerDied, Stop, process, send
from pybeam.process import flush, receive, register, self, sleep, spawn
from pybeam.runtime.calls import Dest
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World
from tests.listener import listen


class Counter(GenServer):
    """Keeps what it is told, in order, and how; answers what it is asked to."""

    def init(self) -> None:
        self.log: list[tuple[str, object]] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        match request:
            case "log":
                return self.log
            case ("sleep", seconds):
                sleep(seconds)
                return "slept"
            case ("stop", reason):
                return Stop(reason)
            case ("leave it to", pid):
                send(pid, from_)
                return NoReply()
            case "never":
                return NoReply()
        self.log.append(("call", request))
        return request

    def handle_cast(self, message: Any) -> None:
        self.log.append(("cast", message))

    def handle_info(self, message: Any) -> None:
        self.log.append(("info", message))


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def a(world: World) -> SimNode:
    return world.node("a@h")


@pytest.fixture
def b(world: World, a: SimNode) -> SimNode:
    return world.node("b@h")


@pytest.fixture
def counter(b: SimNode) -> Pid:
    """A `Counter` on `b`, named `"counter"`."""
    return b.run(lambda: GenServer.start(Counter, name="counter"))


def log_of(b: SimNode) -> Any:
    b.world.advance(0.1)
    return b.run(GenServer.call, "counter", "log")


COUNTER = ("counter", "b@h")

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
            a.run(speak, COUNTER, (each for each in ()))
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


def start_call(node: SimNode, request: object, dest: Dest = COUNTER, timeout: float | None = None) -> list[object]:
    """Begin a call; the list gets what it returns or raises."""
    outcome: list[object] = []

    def call() -> None:
        try:
            outcome.append(GenServer.call(dest, request, timeout))
        except Exception as error:
            outcome.append(error)

    node.spawn(call)
    node.world.advance(0.1)
    return outcome


def finished(node: SimNode, outcome: list[object], within: float) -> object:
    """What a call came to, which it does `within` so many seconds, once."""
    assert outcome == []
    node.world.advance(within)
    assert len(outcome) == 1
    return outcome[0]


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
    b.spawn(lambda: GenServer.stop(counter, reason=(each for each in ())))
    died = finished(a, outcome, within=0.1)
    assert isinstance(died, ServerDied)
    assert "generator" in died.reason  # what it looked like


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
