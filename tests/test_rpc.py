"""Calling functions on other nodes: what comes back, and what comes instead."""

from __future__ import annotations

import operator
import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from pybeam import CallTimeout, NodeDown, RemoteError, ServerDied, node, process, rpc, send
from pybeam.errors import BadRpc
from pybeam.process import sleep
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


class Static:
    @staticmethod
    def double(n: int) -> int:
        return 2 * n


# ---------------------------------------------------------------------- what comes back


def test_a_function_runs_on_the_node_that_is_named(a: SimNode, name: str) -> None:
    assert call(a, name, where) == name


def test_every_kind_of_callable_can_be_called(a: SimNode, name: str) -> None:
    offset = 40
    assert call(a, name, lambda n: n + offset, 2) == 42
    assert call(a, name, operator.add, 40, 2) == 42
    assert call(a, name, Static.double, 21) == 42
    assert call(a, name, int, "42") == 42
    assert call(a, name, "4,2".replace, ",", "") == "42"


@pytest.mark.parametrize(
    "fun", ["operator:add", "operator:__add__", f"{__name__}:operator.add", "builtins:int.__add__"]
)
def test_a_string_names_a_function_in_a_module_there(a: SimNode, name: str, fun: str) -> None:
    assert call(a, name, fun, 40, 2) == 42


def test_a_string_imports_a_module_that_is_not_loaded_yet(
    a: SimNode, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "fresh_" + name[0]
    (tmp_path / f"{module}.py").write_text("def answer(): return 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert call(a, name, f"{module}:answer") == 42
    monkeypatch.delitem(sys.modules, module)


def test_arguments_of_all_kinds_are_handed_on(a: SimNode, name: str) -> None:
    def collect(*args: object, **kwargs: object) -> object:
        return args, kwargs

    assert call(a, name, collect, 1, None, "a", key=[2], name_=b"") == ((1, None, "a"), {"key": [2], "name_": b""})


@pytest.mark.parametrize("value", [None, 0, False, "", (), {}, bytes(3_000_000), BadRpc("no error"), NodeDown("x@h")])
def test_any_value_is_a_result(a: SimNode, name: str, value: object) -> None:
    assert repr(call(a, name, lambda: value)) == repr(value)


def test_each_call_has_a_process_of_its_own_that_may_wait(a: SimNode, name: str) -> None:
    def take_long() -> object:
        sleep(3)
        return process.self()

    def both() -> list[Any]:
        return rpc.multicall([name, name], take_long)

    one, other = a.run(both)
    assert one != other
    assert {one.node, other.node} == {name}
    assert a.world.clock.now() < 4


def test_a_call_may_call_on(world: World, a: SimNode, b: SimNode) -> None:
    c = world.node("c@h")
    assert call(a, "b@h", lambda: (where(), rpc.call("c@h", lambda: (where(), rpc.call("a@h", where))))) == (
        "b@h",
        ("c@h", "a@h"),
    )
    assert c.run(where) == "c@h"


# ---------------------------------------------------------------------- what comes instead


@pytest.mark.parametrize(
    "error", [ValueError("no"), KeyError(1, 2), SystemExit(3), KeyboardInterrupt(), StopIteration(1), NodeDown("x@h")]
)
def test_what_the_function_raises_is_raised_at_the_caller(a: SimNode, name: str, error: BaseException) -> None:
    with pytest.raises(type(error)) as caught:
        call(a, name, fails, error)
    assert caught.value.args == error.args
    assert call(a, name, where) == name


def test_a_remote_exception_has_the_remote_traceback_as_a_note(a: SimNode, b: SimNode) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        call(a, "b@h", lambda: rpc.call("a@h", lambda: 1 // 0))
    notes = caught.value.__notes__
    assert len(notes) == 2
    assert all("On the other node:" in note and "1 // 0" in note for note in notes)


def test_an_exception_of_a_class_that_only_the_caller_has_comes_back_as_itself(a: SimNode, b: SimNode) -> None:
    class Own(Exception):
        pass

    def raise_it() -> None:
        raise Own("as", "it is")

    with pytest.raises(Own) as caught:
        call(a, "b@h", raise_it)
    assert caught.value.args == ("as", "it is")


class Demanding(Exception):
    """Pickles, and does not load."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_demanding() -> None:
    raise Demanding(1, 2)


@pytest.mark.parametrize(
    "fun", [raise_demanding, lambda: fails(ValueError(n for n in range(0))), lambda: fails(OSError(sys._getframe()))]
)
def test_an_exception_that_cannot_travel_is_a_remote_error_with_the_traceback(a: SimNode, b: SimNode, fun: Any) -> None:
    with pytest.raises(RemoteError, match=r"(?s)cannot travel.*Traceback.*(Demanding: 1 and 2|ValueError|OSError)"):
        call(a, "b@h", fun)


def deep() -> list[Any]:
    nest: list[Any] = []
    for _ in range(100_000):
        nest = [nest]
    return nest


@pytest.mark.parametrize("result", [lambda: (n for n in range(0)), deep, lambda: sys._getframe()])
def test_a_result_that_cannot_travel_is_a_remote_error_at_once(
    a: SimNode, b: SimNode, result: Callable[[], object]
) -> None:
    with pytest.raises(RemoteError, match="cannot be pickled"):
        call(a, "b@h", result)
    assert a.world.clock.now() < 0.1
    assert call(a, "b@h", where) == "b@h"


def test_an_argument_that_cannot_travel_is_an_error_at_the_caller_at_once(a: SimNode, b: SimNode) -> None:
    with pytest.raises(TypeError, match="generator"):
        call(a, "b@h", print, (n for n in range(0)))
    assert call(a, "b@h", where) == "b@h"


class Explosive:
    """Pickles, and does not load."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (int, ("not a number",))


def test_what_does_not_load_on_either_side_is_a_remote_error(a: SimNode, b: SimNode) -> None:
    with pytest.raises(RemoteError, match=r"on b@h: ValueError: .*not a number"):
        call(a, "b@h", print, Explosive())
    with pytest.raises(RemoteError, match=r"here: ValueError: .*not a number"):
        call(a, "b@h", Explosive)
    assert call(a, "b@h", where) == "b@h"


@pytest.mark.parametrize(
    ("fun", "error"),
    [
        ("no_such_module:f", ModuleNotFoundError),
        ("operator:no_such_function", AttributeError),
        ("operator:add.no.such", AttributeError),
        ("os:sep", TypeError),
    ],
)
def test_a_function_that_is_not_there_says_what_is_missing(
    a: SimNode, name: str, fun: str, error: type[Exception]
) -> None:
    for act in (rpc.call, node.spawn):
        if fun != "os:sep" or act is rpc.call:
            with pytest.raises(error):
                a.run(act, name, fun)


@pytest.mark.parametrize("fun", ["", ":", "operator", "operator:", ":add", None, 7, b"operator:add"])
def test_what_names_no_function_is_a_value_error_and_nothing_is_sent(a: SimNode, b: SimNode, fun: Any) -> None:
    for act in (rpc.call, rpc.cast, rpc.spawn):
        with pytest.raises(ValueError, match="module:function"):
            a.run(act, "b@h", fun)


@pytest.mark.parametrize("name", ["", "b", "@h", None])
def test_a_malformed_name_is_a_value_error(a: SimNode, name: Any) -> None:
    for act in (rpc.call, rpc.cast, rpc.spawn):
        with pytest.raises(ValueError, match="name"):
            a.run(act, name, where)


@pytest.mark.parametrize("end", ["unknown", "killed", "cut"])
def test_a_node_that_cannot_be_reached_is_node_down_long_before_the_timeout(world: World, a: SimNode, end: str) -> None:
    other = world.node("other@h")
    if end == "killed":
        other.crash()
    elif end == "cut":
        world.cut(a, other)
    with pytest.raises(NodeDown):
        call(a, "unknown@h" if end == "unknown" else "other@h", where, timeout=60)
    assert world.clock.now() < (6 if end == "cut" else 0.1)


def test_a_node_that_is_lost_while_the_call_waits_is_node_down_within_two_seconds(a: SimNode, b: SimNode) -> None:
    ends: list[object] = []
    a.spawn(lambda: ends.append(rpc.rpc_call("b@h", sleep, 4)))
    a.world.advance(0.5)
    b.crash()
    a.world.advance(2)
    assert ends == [BadRpc("nodedown")]


def test_no_answer_in_time_is_call_timeout_and_the_function_runs_on(a: SimNode, name: str) -> None:
    heard = listen(a)

    def work() -> None:
        sleep(3)
        send(("listener", "a@h"), "done")

    start = a.world.clock.now()
    with pytest.raises(CallTimeout):
        call(a, name, work, timeout=1.5)
    assert a.world.clock.now() - start == pytest.approx(1.5)
    a.world.advance(5)
    assert heard == ["done"]


def test_a_call_waits_five_seconds_if_not_told_otherwise(a: SimNode, name: str) -> None:
    start = a.world.clock.now()
    with pytest.raises(CallTimeout):
        call(a, name, sleep, 5.1)
    assert a.world.clock.now() - start == pytest.approx(5)
    assert call(a, name, sleep, 100, timeout=None) is None


@pytest.mark.parametrize("reason", ["kill", "boom", "normal", "shutdown"])
def test_a_call_whose_process_is_ended_there_is_server_died_at_once(a: SimNode, name: str, reason: str) -> None:
    with pytest.raises(ServerDied) as caught:
        call(a, name, lambda: process.exit(process.self(), reason))
    assert caught.value.reason == ("killed" if reason == "kill" else reason)
    assert a.world.clock.now() < 0.1


def test_what_ends_one_call_ends_no_other(a: SimNode, name: str) -> None:
    def work() -> str:
        sleep(3)
        return "done"

    ends: list[object] = []
    a.spawn(lambda: ends.append(rpc.rpc_call(name, work)))
    with pytest.raises(ServerDied):
        call(a, name, lambda: process.exit(process.self(), "kill"))
    assert ends == []
    a.world.advance(4)
    assert ends == ["done"]


class Inline(Executor):
    """Worker threads that are none: time stands still while they work."""

    def submit(self, fun: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fun(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def test_a_blocking_call_gives_and_raises_what_the_worker_does(a: SimNode, b: SimNode) -> None:
    b.runtime.workers = Inline()  # type: ignore[assignment]
    assert call(a, "b@h", divmod, 7, 2, blocking=True) == (3, 1)
    with pytest.raises(ZeroDivisionError) as caught:
        call(a, "b@h", divmod, 7, 0, blocking=True)
    assert "On the other node" in caught.value.__notes__[0]
    assert call(a, "b@h", os.getpid, blocking=False) == os.getpid()
