"""`Forward`, and what goes wrong: the caller is told, as if it had called the other server itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam import CallTimeout, Forward, GenServer, NodeDown, NoProcess, Registry, RemoteError, ServerDied, process
from pybeam.node import disconnect
from pybeam.node import list as nodes
from pybeam.process import exit, flush, sleep
from pybeam.runtime.receipts import COLLECTED_FOR
from pybeam.runtime.signals import _relay
from pybeam.testing.inside import inside
from pybeam.testing.world import SimNode, World
from tests.otp.desk import A, B, C, Desk, Unloadable, Unpicklable, ask, kept, kill, node, town


@pytest.fixture
def world() -> World:
    return town()


BAD: dict[str, tuple[Any, Any, type[BaseException], str]] = {
    "no such name": (("nobody", C), "hi", NoProcess, "nobody"),
    "no such name here": ("nobody", "hi", NoProcess, "nobody"),
    "no such node": (("desk", "z@host"), "hi", NodeDown, "z@host"),
    "fails": (("desk", C), "fail", KeyError, "no such key"),
    "crashes": (("desk", C), "crash", ServerDied, "boom"),
    "crashes here": ("other", "crash", ServerDied, "boom"),
    "an answer that does not pickle": (("desk", C), "unpicklable", RemoteError, "not to be pickled"),
    "a request that does not unpickle twice": (("desk", C), Unloadable(), RemoteError, "no number"),
    "not a destination": (7, "hi", ValueError, "bad destination"),
    "not a node": (("desk", "nohost"), "hi", ValueError, "nohost"),
    "no such registry": (Registry.via("no such", "key"), "hi", NoProcess, "no such"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("first", [A, B])
def test_what_goes_wrong_is_raised_at_the_caller_at_once(world: World, case: str, first: str) -> None:
    server, request, error, words = BAD[case]

    def story() -> float:
        start = world.clock.now()
        with pytest.raises(error, match=words):
            GenServer.call(("desk", first), ("to", server, request), timeout=None)
        return world.clock.now() - start

    assert node(world, A).run(story) < 1
    world.advance(10)
    assert kept(world) == 0


class Made(GenServer):
    """Forwards what it has made itself."""

    def init(self, request: Any) -> None:
        self.request = request

    def handle_call(self, request: Any, from_: Any) -> Any:
        return Forward(("desk", C), self.request)


class Leaves:
    def __reduce__(self) -> Any:
        raise SystemExit("no")


MADE = {"does not pickle": (Unpicklable(), TypeError), "leaves": (Leaves(), RemoteError)}


@pytest.mark.parametrize("case", [*MADE])
def test_a_request_that_cannot_leave_fails_at_the_caller_and_the_server_goes_on(world: World, case: str) -> None:
    request, error = MADE[case]

    def story() -> None:
        made = GenServer.start(Made, request)
        for _ in range(2):
            with pytest.raises(error):
                GenServer.call(made, "hi")

    node(world, A).run(story)
    assert kept(world) == 0


def test_a_request_that_cannot_be_opened_there_fails_at_the_caller(world: World) -> None:
    def story() -> None:
        made = GenServer.start(Made, Unloadable())
        with pytest.raises(RemoteError, match="no number"):
            GenServer.call(made, "hi")

    node(world, A).run(story)
    world.advance(1)
    assert kept(world) == 0


@pytest.mark.parametrize("leave", [SimNode.stop, SimNode.crash])
def test_a_node_that_is_lost_while_its_server_works_is_told_to_the_caller_at_once(world: World, leave: Any) -> None:
    told: list[tuple[BaseException, float]] = []

    def story() -> None:
        try:
            ask(B, C, request=("wait", 1000), timeout=None)
        except (NodeDown, ServerDied) as error:
            told.append((error, world.clock.now()))

    node(world, A).spawn(story)
    world.advance(1)
    left = world.clock.now()
    leave(node(world, C))
    world.advance(60)
    [(error, when)] = told
    assert isinstance(error, NodeDown if leave is SimNode.crash else ServerDied)
    assert when - left <= 2
    assert kept(world) == 0


@pytest.mark.parametrize("way", [(B, B), (B, C, B), (B, A, B), (A, B, A), (B, B, C, B)], ids="-".join)
def test_a_call_that_comes_back_to_a_server_is_let_go_of_by_all_whoever_ends_first(
    world: World, way: tuple[str, ...]
) -> None:
    for first in (way[0], way[-2], way[-1]):
        promise: list[Any] = []
        node(world, A).spawn(lambda promise=promise: promise.append(outcome(lambda: ask(*way, request="never"))))
        world.advance(1)
        for name in (first, A, B, C):
            node(world, name).spawn(kill, "desk")
            world.advance(0.5)
        assert isinstance(promise[0], ServerDied)
        assert kept(world) == 0
        for each in world.running:
            each.run(lambda: GenServer.start(Desk, name="desk"))


def outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except Exception as error:
        return error


def test_a_killed_node_is_node_down_at_every_caller_that_was_forwarded_to_it(world: World) -> None:
    def story() -> None:
        promises = [GenServer.call_async(("desk", B), ("to", ("desk", C), "never")) for _ in range(10)]
        assert ask(B, C, request="hi") == ("hi", C)
        node(world, C).crash()
        for promise in promises:
            with pytest.raises(NodeDown, match=C):
                promise.result(timeout=60)

    node(world, A).run(story)
    world.advance(60)
    assert kept(world) == 0


def suicide() -> None:
    exit(process.self(), "kill")


LAST: dict[str, Any] = {
    "defers": ("other", "never"),
    "works": ("other", ("wait", 9)),
    "rex": ("rex", (suicide, (), {}, False)),
}


@pytest.mark.parametrize("there", [A, B, C])
@pytest.mark.parametrize("case", LAST)
def test_a_server_that_ends_before_it_has_answered_is_told_wherever_it_is(world: World, case: str, there: str) -> None:
    name, request = LAST[case]

    def story() -> None:
        promise = GenServer.call_async(("desk", B), ("to", (name, there), request))
        sleep(1)
        if name == "other":
            node(world, there).spawn(kill, "other")
        with pytest.raises(ServerDied) as told:
            promise.result(timeout=1)
        assert told.value.reason == "killed"

    node(world, A).run(story)
    world.advance(1)
    assert kept(world) == 0


@pytest.mark.parametrize("there", [A, B])
def test_a_process_that_receives_a_forwarded_call_and_ends_is_told(world: World, there: str) -> None:
    def story() -> None:
        receiver = node(world, there).spawn(process.receive).pid
        with pytest.raises(ServerDied):
            GenServer.call(("desk", B), ("to", receiver, "hi"), timeout=1)

    node(world, A).run(story)
    world.advance(1)
    assert kept(world) == 0


def test_a_nameless_node_can_forward_to_none(world: World) -> None:
    @inside
    def story() -> None:
        desk = GenServer.start(Desk)
        with pytest.raises(NodeDown, match=B):
            GenServer.call(desk, ("to", ("desk", B), "hi"), timeout=None)

    story()


def test_a_receipt_for_an_earlier_life_of_the_forwarder_settles_nothing(world: World) -> None:
    def forward_again() -> int:
        promises = [GenServer.call_async(("desk", B), ("to", ("desk", C), "never")) for _ in range(20)]
        sleep(COLLECTED_FOR)
        return sum(not promise.done() for promise in promises)

    a, c = node(world, A), node(world, C)
    a.run(lambda: [ask(B, C, request="hi") for _ in range(20)])
    node(world, B).crash()
    again = world.node(B)
    again.run(lambda: GenServer.start(Desk, name="desk"))
    for name in (A, C):
        again.run(lambda name=name: ask(name, request="so they have met before the receipts leave"))
    assert len(c.runtime.receipts._calls) == 20
    assert a.run(forward_again) == len(again.runtime.promises) == 20
    assert len(c.runtime.receipts._calls) == 0


def test_a_node_that_was_disconnected_is_not_connected_again_to_tell_it(world: World) -> None:
    a, b = node(world, A), node(world, B)
    a.spawn(lambda: ask(B, A, request="never", timeout=1))
    world.advance(0.5)
    assert b.run(disconnect, A)
    world.advance(0.1)
    assert b.run(nodes) == a.run(nodes) == []
    world.advance(10)
    assert kept(world) == 1  # the desk of a still owes its answer


class Sleepy:
    def __reduce__(self) -> Any:
        sleep(5)
        return int, ()


def test_a_forwarder_that_is_killed_while_its_request_is_pickled_goes_on_with_nothing(world: World) -> None:
    def story() -> None:
        made = GenServer.start(Made, Sleepy())
        promise = GenServer.call_async(made, "hi")
        sleep(1)
        exit(made, "kill")
        with pytest.raises(ServerDied) as told:
            promise.result(timeout=1)
        assert told.value.reason == "killed"

    node(world, A).run(story)
    assert kept(world) == 0


ODD: dict[str, tuple[Any, ...]] = {
    "a call of no number": (A, 1, 5, "x"),
    "a negative call": (A, 1, 5, -1),
    "a huge call": (A, 1, 5, 2**80),
    "a process of no number": (A, 1, "desk", 5),
    "a huge process": (A, 1, 2**70, 5),
    "a negative process": (A, 1, -1, 5),
    "an odd incarnation": (A, "x", 5, 5),
    "no node": (7, 1, 5, 5),
    "a bad node": ("nohost", 1, 5, 5),
}


class Odd:
    """What pickles as a call that was forwarded, but that no node sends."""

    def __init__(self, *fields: Any) -> None:
        self.fields = fields

    def __reduce__(self) -> Any:
        return _relay, (*self.fields, "hi")


@pytest.mark.parametrize("case", ODD)
def test_an_odd_peer_is_told_and_nobody_else_suffers(world: World, case: str) -> None:
    def story() -> None:
        other = GenServer.call_async(("desk", C), "never")
        with pytest.raises(RemoteError):
            GenServer.call(("desk", C), Odd(*ODD[case]))
        assert ask(C, request="hi") == ("hi", C)
        assert not other.done()

    node(world, A).run(story)


def test_a_forwarder_that_ends_before_the_answer_is_known_is_told_to_the_caller(world: World) -> None:
    def story() -> None:
        promise = GenServer.call_async(("desk", B), ("to", ("desk", C), ("wait", 2)))
        sleep(1)
        node(world, B).spawn(kill, "desk")
        with pytest.raises(ServerDied):
            promise.result(timeout=0.5)
        sleep(5)
        assert flush() == []

    node(world, A).run(story)
    world.advance(1)
    assert kept(world) == 0


def test_an_answer_that_came_stays_the_answer_whatever_becomes_of_the_servers(world: World) -> None:
    def story() -> list[Any]:
        promises = [GenServer.call_async(("desk", B), ("to", ("desk", C), number)) for number in range(10)]
        sleep(COLLECTED_FOR / 2)
        for name in (B, C):
            node(world, name).crash()
        sleep(60)
        return [promise.result(timeout=0) for promise in promises]

    assert node(world, A).run(story) == [(number, C) for number in range(10)]
    assert kept(world) == 0


def test_a_caller_that_gave_up_leaves_nothing_behind_once_it_was_answered(world: World) -> None:
    def story() -> None:
        with pytest.raises(CallTimeout):
            ask(B, C, request=("wait", 2), timeout=1)
        sleep(5)
        assert flush() == []

    node(world, A).run(story)
    assert kept(world) == 0
