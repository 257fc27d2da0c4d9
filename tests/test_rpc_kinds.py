"""The other ways to call functions on other nodes, and the server that runs them."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam import GenServer, NodeDown, NoProcess, RemoteError, ServerDied, node, process, rpc, send
from pybeam.errors import BadRpc
from pybeam.process import sleep
from pybeam.rpc import rpc_call
from pybeam.testing.world import SimNode, World
from tests.listener import listen


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def a(world: World) -> SimNode:
    return world.node("a@h")


@pytest.fixture
def b(world: World, a: SimNode) -> SimNode:
    b = world.node("b@h")
    assert a.run(node.connect, "b@h")
    return b


@pytest.fixture(params=["a@h", "b@h"])
def name(request: pytest.FixtureRequest, b: SimNode) -> str:
    """Where the call goes from `a`: to itself, or to `b`."""
    return str(request.param)


def call(at: SimNode, name: str, fun: Any, *args: Any, **options: Any) -> Any:
    return at.run(lambda: rpc.call(name, fun, *args, **options))


def where() -> str:
    return str(node.self())


def fails(error: BaseException) -> Any:
    raise error


# ---------------------------------------------------------------------- rex


@pytest.mark.parametrize("junk", [None, 7, "text", (), (1, 2, 3, 4), (print, 1, 2, 3)])
def test_nonsense_costs_its_sender_an_error_and_the_server_nothing(a: SimNode, b: SimNode, junk: object) -> None:
    rex = b.run(process.whereis, "rex")
    for speak in (send, GenServer.cast):
        a.run(speak, ("rex", "b@h"), junk)
    a.spawn(GenServer.call, ("rex", "b@h"), junk)
    a.world.advance(0.1)
    assert call(a, "b@h", where) == "b@h"
    assert b.run(process.whereis, "rex") == rex


def test_a_node_whose_rex_was_ended_can_be_called_again(a: SimNode, b: SimNode) -> None:
    a.run(GenServer.stop, ("rex", "b@h"))
    assert call(a, "b@h", where) == "b@h"


# ---------------------------------------------------------------------- cast


def test_a_cast_runs_the_function_there_and_returns_at_once(a: SimNode, name: str) -> None:
    heard = listen(a)

    def tell(what: str, *, by: str) -> None:
        send(("listener", "a@h"), (what, by, where()))

    def cast_it() -> object:
        rpc.cast(name, tell, "hello", by="me")
        return a.world.clock.now()

    start = a.world.clock.now()
    assert a.run(cast_it) == start
    a.world.advance(0.1)
    assert heard == [("hello", "me", name)]


@pytest.mark.parametrize("fun", ["no_such_module:f", "operator:nothing", "operator:truediv"])
def test_a_cast_that_fails_there_is_nobodys_error(a: SimNode, name: str, fun: str) -> None:
    a.run(rpc.cast, name, fun, 1, 0)
    a.world.advance(0.1)
    assert call(a, name, where) == name


def test_a_cast_to_a_node_that_cannot_be_reached_is_dropped(a: SimNode) -> None:
    a.run(rpc.cast, "unknown@h", where)
    assert a.world.clock.now() == 0


# ---------------------------------------------------------------------- multicall


def test_multicall_asks_all_at_once_and_answers_in_order(world: World) -> None:
    nodes = world.nodes("a@h", "b@h", "c@h", "d@h")
    order = ["c@h", "a@h", "d@h", "b@h", "c@h"]

    def sleep_by_name() -> str:
        sleep({"a@h": 3, "b@h": 0, "c@h": 2, "d@h": 1}[where()])
        return where()

    assert nodes[0].run(rpc.multicall, order, sleep_by_name) == order
    assert world.clock.now() < 3.1


def test_multicall_has_a_bad_rpc_in_each_place_where_it_failed(world: World) -> None:
    a, killed, _slow, _dies = world.nodes("a@h", "killed@h", "slow@h", "dies@h")
    killed.crash()

    def act() -> str:
        if where() == "slow@h":
            sleep(9)
        if where() == "dies@h":
            process.exit(process.self(), "kill")
        return where() if where() == "a@h" else fails(KeyError(where()))

    names = ["killed@h", "a@h", "slow@h", "unknown@h", "dies@h", "no name", "b@h", "a@h"]
    world.node("b@h")
    got = a.run(lambda: rpc.multicall(names, act, timeout=1.0))
    assert got[:4] == [BadRpc("nodedown"), "a@h", BadRpc("timeout"), BadRpc("nodedown")]
    assert [type(bad.reason) for bad in got[4:7]] == [ServerDied, ValueError, KeyError]
    assert got[7] == "a@h"
    assert world.clock.now() < 2


def test_multicall_leaves_no_open_call_behind_when_its_caller_ends(a: SimNode, b: SimNode) -> None:
    before = len(a.runtime.processes)
    caller = a.spawn(lambda: rpc.multicall(["b@h", "a@h"], "pybeam.process:receive", timeout=None))
    a.world.advance(1.0)
    a.run(process.exit, caller.pid, "kill")
    a.world.advance(1.0)
    left = [one for one in a.runtime.processes.values() if one.calling is not None and one.waiting is not None]
    assert (left, len(a.runtime.processes)) == ([], before + 1)  # the one that was asked here goes on


def test_multicall_of_nobody_is_nothing(a: SimNode) -> None:
    assert a.run(rpc.multicall, [], where) == []


def test_multicall_hands_arguments_on(a: SimNode, b: SimNode) -> None:
    assert a.run(lambda: rpc.multicall(["a@h", "b@h"], int, "ff", base=16)) == [255, 255]


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_multicall_comes_back_whatever_is_raised_there(a: SimNode, b: SimNode, error: BaseException) -> None:
    mine, others = a.run(rpc.multicall, ["a@h", "b@h"], fails, error)
    assert type(mine.reason) is type(others.reason) is type(error)


# ---------------------------------------------------------------------- rpc_call, for people


def test_rpc_call_gives_the_result(a: SimNode, name: str) -> None:
    assert a.run(rpc_call, name, "pybeam.node:self") == name


def test_rpc_call_says_nodedown_and_timeout(a: SimNode, b: SimNode) -> None:
    assert repr(a.run(rpc_call, "unknown@h", where)) == "BadRpc('nodedown')"
    assert a.run(rpc_call, "b@h", sleep, 6) == BadRpc("timeout")


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1), KeyboardInterrupt(), NodeDown("x@h")])
def test_rpc_call_never_raises_what_the_function_raised(a: SimNode, name: str, error: BaseException) -> None:
    bad = a.run(rpc_call, name, fails, error)
    assert isinstance(bad, BadRpc)
    assert type(bad.reason) is type(error)
    notes = getattr(bad.reason, "__notes__", [])
    assert [note.splitlines()[0] for note in notes] == ([] if name == "a@h" else ["On the other node:"])


@pytest.mark.parametrize(
    ("name", "fun", "arg", "error"),
    [
        ("no name", where, 1, ValueError),
        ("b@h", "nonsense", 1, ValueError),
        ("b@h", print, (n for n in range(0)), TypeError),
        ("b@h", lambda _: (n for n in range(0)), 1, RemoteError),
        ("b@h", lambda _: process.exit(process.self(), "kill"), 1, ServerDied),
    ],
)
def test_rpc_call_never_raises_what_went_wrong_on_the_way(
    a: SimNode, b: SimNode, name: str, fun: Any, arg: object, error: type[Exception]
) -> None:
    bad = a.run(rpc_call, name, fun, arg)
    assert isinstance(bad, BadRpc)
    assert type(bad.reason) is error


def test_rpc_call_to_a_node_that_has_no_server_says_so(a: SimNode, b: SimNode) -> None:
    b.run(process.unregister, "rex")
    bad = a.run(rpc_call, "b@h", where)
    assert type(bad.reason) is NoProcess
