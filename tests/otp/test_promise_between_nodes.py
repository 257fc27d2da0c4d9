"""GenServer.call_async, multi_call and abcast between nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import CallTimeout, NodeDown, NoProcess, RemoteError, ServerDied
from pybeam.otp.directives import Fail, NoReply, Reply
from pybeam.otp.gen_server import GenServer
from pybeam.process import flush, sleep, whereis
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from pybeam.testing.world import SimNode, World

A, B, C = "a@host", "b@host", "c@host"
SERVER = ("server", B)


class Odd(GenServer):
    """Answers by the request's first word; keeps what it was cast."""

    def init(self) -> None:
        self.heard: list[Any] = []

    def handle_call(self, request: Any, from_: From) -> Any:
        match request:
            case "heard":
                return Reply(list(self.heard))
            case "who asks":
                return from_.pid
            case ("wait", seconds):
                sleep(seconds)
            case "never":
                return NoReply()
            case "crash":
                raise ValueError("boom")
            case "fail":
                return Fail(KeyError("no such key"))
            case "unpicklable":
                return Unpicklable()
            case ("forward", other):
                GenServer.cast(other, ("answer", from_))
                return NoReply()
        return request

    def handle_cast(self, message: Any) -> Any:
        match message:
            case ("answer", from_):
                GenServer.reply(from_, "by another")
            case _:
                self.heard.append(message)


class Unpicklable:
    def __reduce__(self) -> Any:
        raise TypeError("not to be pickled")


@pytest.fixture
def world() -> World:
    world = World()
    for node in world.nodes(A, B, C)[1:]:
        node.run(start)
    return world


def start() -> Pid | Any:
    return GenServer.start(Odd, name="server")


def node(world: World, name: str) -> SimNode:
    return next(node for node in world.running if node.name == name)


def open_calls(node: SimNode) -> int:
    """The calls to b that the network of `node` remembers."""
    outbox = node.runtime.network._sessions.known(B)  # type: ignore[attr-defined]  # a Kernel
    return len(outbox.calls.callers) if outbox is not None else 0


def test_promises_between_nodes_are_kept_side_by_side(world: World) -> None:
    def story() -> None:
        slow, quick = GenServer.call_async(SERVER, ("wait", 2)), GenServer.call_async(("server", C), "hi")
        assert quick.result() == "hi"
        assert not slow.done()
        assert slow.result() == ("wait", 2)
        assert flush() == []

    a = node(world, A)
    a.run(story)
    assert open_calls(a) == len(a.runtime.promises) == 0


def test_the_first_call_connects_and_what_follows_stays_behind_it(world: World) -> None:
    def story() -> None:
        promise = GenServer.call_async(SERVER, "heard")
        GenServer.cast(SERVER, "later")
        assert promise.result() == []
        assert GenServer.call(SERVER, "heard") == ["later"]

    node(world, A).run(story)


def test_a_large_request_and_its_answer_travel_in_parts(world: World) -> None:
    body = b"x" * 3_000_000

    def story() -> None:
        promise = GenServer.call_async(SERVER, body)
        assert promise.result(timeout=60) == body

    node(world, A).run(story)


def test_the_request_is_taken_as_it_is_when_it_is_sent(world: World) -> None:
    def story() -> None:
        request = [1]
        promise = GenServer.call_async(SERVER, request)
        request.append(2)
        assert promise.result() == [1]

    node(world, A).run(story)


def test_another_process_of_the_callers_node_may_answer(world: World) -> None:
    a = node(world, A)

    def story() -> None:
        here = start()
        promise = GenServer.call_async(SERVER, ("forward", here))
        assert promise.result() == "by another"

    a.run(story)
    assert open_calls(a) == 0


BROKEN: dict[str, tuple[Any, type[Exception]]] = {
    "crash": ("crash", ServerDied),
    "fail": ("fail", KeyError),
    "unpicklable": ("unpicklable", RemoteError),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("waits", [True, False])
def test_what_goes_wrong_there_is_raised_by_the_result(world: World, case: str, waits: bool) -> None:
    request, error = BROKEN[case]

    def story() -> None:
        promise = GenServer.call_async(SERVER, request)
        if not waits:
            sleep(1)
            assert promise.done()
        for _ in range(2):
            with pytest.raises(error):
                promise.result()

    node(world, A).run(story)


def test_nobody_there_is_no_process(world: World) -> None:
    def story() -> None:
        with pytest.raises(NoProcess):
            GenServer.call_async(("nobody", B), "hi").result()

    node(world, A).run(story)


def test_a_node_that_cannot_be_reached_is_node_down(world: World) -> None:
    def story() -> None:
        with pytest.raises(NodeDown):
            GenServer.call_async(("server", "z@host"), "hi").result()

    node(world, A).run(story)


def test_a_node_that_is_lost_breaks_its_promises(world: World) -> None:
    a, b = node(world, A), node(world, B)

    def story() -> None:
        promises = [GenServer.call_async(SERVER, "never") for _ in range(3)]
        sleep(1)
        b.crash()
        for promise in promises:
            with pytest.raises(NodeDown):
                promise.result(timeout=None)

    a.run(story)
    assert len(a.runtime.promises) == 0


def test_a_request_that_cannot_be_pickled_is_told_at_once(world: World) -> None:
    a = node(world, A)

    def story() -> None:
        with pytest.raises(TypeError, match="not to be pickled"):
            GenServer.call_async(SERVER, Unpicklable())

    a.run(story)
    assert open_calls(a) == len(a.runtime.promises) == 0


def test_a_dropped_promise_leaves_nothing_open_in_the_network(world: World) -> None:
    a = node(world, A)

    def story() -> None:
        promises = [GenServer.call_async(SERVER, "never") for _ in range(10)]
        sleep(1)
        assert open_calls(a) == len(promises)

    a.run(story)
    world.settle()
    assert open_calls(a) == len(a.runtime.promises) == 0


def test_a_late_answer_of_another_node_reaches_no_mailbox(world: World) -> None:
    def story() -> None:
        promise = GenServer.call_async(SERVER, ("wait", 2))
        with pytest.raises(CallTimeout):
            promise.result(timeout=1)
        del promise
        sleep(5)
        assert flush() == []

    node(world, A).run(story)


# ---------------------------------------------------------------------- to many nodes


def test_multi_call_tells_who_answered_and_who_did_not(world: World) -> None:
    def story() -> None:
        nodes = [A, C, "z@host", B]
        assert GenServer.multi_call(nodes, "server", "hi") == ([(C, "hi"), (B, "hi")], [A, "z@host"])
        assert flush() == []

    node(world, A).run(story)


def test_multi_call_asks_the_own_node_too(world: World) -> None:
    def story() -> None:
        start()
        assert GenServer.multi_call([A, B], "server", "hi") == ([(A, "hi"), (B, "hi")], [])

    node(world, A).run(story)


@pytest.mark.parametrize("request_", ["crash", "fail", "never", "unpicklable", ("wait", 5)])
def test_a_node_whose_call_fails_or_takes_too_long_is_a_bad_one(world: World, request_: Any) -> None:
    a = node(world, A)

    def story() -> None:
        start()
        assert GenServer.multi_call([B, C], "server", request_, timeout=2) == ([], [B, C])
        assert a.runtime.now() < 2.5  # for all of them together
        sleep(10)
        assert flush() == []

    a.run(story)


def test_multi_call_asks_all_at_once(world: World) -> None:
    a = node(world, A)

    def story() -> None:
        assert GenServer.multi_call([B, C], "server", ("wait", 1.5))[1] == []
        assert 1.5 <= a.runtime.now() < 2

    a.run(story)


def test_abcast_reaches_all_that_are_there(world: World) -> None:
    def story() -> list[object]:
        GenServer.abcast([A, B, "z@host", C], "server", "news")
        sleep(1)
        return [GenServer.call(("server", name), "heard") for name in (B, C)]

    assert node(world, A).run(story) == [["news"], ["news"]]


@pytest.mark.parametrize("act", [GenServer.multi_call, GenServer.abcast])
@pytest.mark.parametrize(("nodes", "name"), [(B, "server"), ([B, "no node"], "server"), ([B], 7), ([B, 7], "server")])
def test_a_list_that_makes_no_sense_is_refused_before_anything_is_sent(
    world: World, act: Callable[..., Any], nodes: Any, name: Any
) -> None:
    def story() -> object:
        with pytest.raises(ValueError):
            act(nodes, name, "news")
        sleep(1)
        return GenServer.call(SERVER, "heard")

    assert node(world, A).run(story) == []


@pytest.mark.parametrize("timeout", [-1, float("nan"), "soon"])
def test_multi_call_refuses_a_timeout_that_makes_no_sense(world: World, timeout: Any) -> None:
    def story() -> None:
        with pytest.raises(ValueError, match="timeout"):
            GenServer.multi_call([B], "server", "hi", timeout)

    node(world, A).run(story)


def test_whereis_of_another_nodes_name_is_that_name(world: World) -> None:
    def story() -> None:
        pid = start()
        assert GenServer.whereis("server") == GenServer.whereis(("server", A)) == whereis("server") == pid
        assert GenServer.whereis(pid) == pid
        assert GenServer.whereis(("nobody", A)) is None
        assert GenServer.whereis(SERVER) == SERVER

    node(world, A).run(story)
