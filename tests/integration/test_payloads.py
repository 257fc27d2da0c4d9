"""What travels and what cannot: an error goes to the caller at once, and both nodes live on."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pybeam import GenServer, NoReply, RemoteError, ServerDied, Stop, Supervisor, node, process, rpc, send
from pybeam.runtime.signals import From
from tests.integration import acts
from tests.integration.acts import Echo
from tests.integration.lab import until
from tests.integration.nodes import House, Site, site_in

pytestmark = pytest.mark.integration

AT_ONCE = 1.0
"""Seconds in which an error is told, on a busy machine: the call's time-out is 5 s."""

MAIN_CLASS = """
class Point:
    def __init__(self, x):
        self.x = x
    def __eq__(self, other):
        return type(self) is type(other) and self.x == other.x
def double(point):
    return Point(2 * point.x)
"""


# ---------------------------------------------------------------------- awkward values


class TwoArguments(Exception):
    """Pickles well and does not load."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{text} ({code})")


class HoldsALock(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lock = threading.Lock()


class Quits:
    """Raises SystemExit where it is pickled."""

    def __reduce__(self) -> Any:
        raise SystemExit("quit while pickling")


class QuitsThere:
    """Raises SystemExit where it is unpickled."""

    def __reduce__(self) -> Any:
        return sys.exit, ("quit while unpickling",)


def nested(depth: int) -> Any:
    value: Any = ()
    for _ in range(depth):
        value = (value,)
    return value


BAD: dict[str, Callable[[], Any]] = {
    "a lock": threading.Lock,
    "a generator": lambda: (n for n in range(3)),
    "a socket": socket.socket,
    "too deep": lambda: nested(100_000),
    "quits": Quits,
}
"""What cannot be pickled."""


class Awkward(GenServer):
    """Answers with what cannot travel, or ends of it."""

    def handle_call(self, request: Any, from_: From) -> Any:
        match request:
            case "raise", kind, *args:
                raise kind(*args)
            case "stop", kind, *args:
                return Stop(kind(*args))
            case "later", bad:
                process.spawn(GenServer.reply, from_, BAD[bad]())
                return NoReply()
        return QuitsThere() if request == "quits there" else BAD[request]()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("site")) as site:
        for house in site.mesh("a", "b"):
            house.does(GenServer.start, Echo, name="echo")
            house.does(Supervisor.start_link, [Awkward.child_spec(name="awkward")], max_restarts=100)
        yield site


@pytest.fixture
def pair(site: Site) -> tuple[House, House]:
    a, b = site.houses[:2]
    return a, b


@pytest.fixture(autouse=True)
def alive(pair: tuple[House, House]) -> Iterator[None]:
    """After the test both nodes are there, and the servers that they had."""
    pids = [house.does(process.whereis, "echo") for house in pair]
    yield
    for house, other, pid in zip(pair, reversed(pair), pids, strict=True):
        assert house.does(rpc.call, other.name, process.registered) == [
            "awkward",
            "echo",
            "global_name_server",
            "pg",
            "rex",
        ]
        assert house.does(process.whereis, "echo") == pid


def fails(house: House, kind: type[BaseException] | tuple[type[BaseException], ...], fun: Any, *args: Any) -> str:
    """Have a node call something that raises, and that at once; the text of the error."""
    seconds, error = house.does(acts.timed, fun, *args)
    assert isinstance(error, kind), repr(error)
    assert seconds < AT_ONCE
    return str(error)


# ---------------------------------------------------------------------- what cannot travel

WAYS: dict[str, Callable[[str, Any], Any]] = {
    "call": lambda name, bad: GenServer.call(("echo", name), bad),
    "cast": lambda name, bad: GenServer.cast(("echo", name), bad),
    "send": lambda name, bad: send(("echo", name), bad),
    "rpc.call": lambda name, bad: rpc.call(name, print, bad),
    "rpc.cast": lambda name, bad: rpc.cast(name, print, bad),
    "node.spawn": lambda name, bad: node.spawn(name, print, bad),
}


def go(way: str, name: str, bad: str) -> object:
    return WAYS[way](name, BAD[bad]())


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("way", WAYS)
def test_an_argument_that_cannot_be_pickled_is_an_error_at_the_caller(
    pair: tuple[House, House], way: str, bad: str
) -> None:
    a, b = pair
    fails(a, (TypeError, RecursionError, SystemExit), go, way, b.name, bad)


@pytest.mark.parametrize("bad", BAD)
def test_a_result_that_cannot_be_pickled_is_an_error_at_the_caller(pair: tuple[House, House], bad: str) -> None:
    a, b = pair
    text = fails(a, RemoteError, GenServer.call, ("awkward", b.name), bad)
    assert "the reply cannot be pickled" in text
    fails(a, RemoteError, GenServer.call, ("awkward", b.name), ("later", bad))
    fails(a, RemoteError, rpc.call, b.name, lambda: BAD[bad]())


@pytest.mark.parametrize(
    "act",
    [
        lambda name: GenServer.call(("echo", name), QuitsThere()),
        lambda name: GenServer.call(("awkward", name), "quits there"),
        lambda name: rpc.call(name, print, QuitsThere()),
        lambda name: rpc.call(name, QuitsThere),
        lambda name: node.spawn(name, print, QuitsThere()),
    ],
    ids=["argument", "result", "argument of rpc", "result of rpc", "argument of spawn"],
)
def test_what_quits_where_it_is_unpickled_is_an_error_at_the_caller(
    pair: tuple[House, House], act: Callable[[str], object]
) -> None:
    a, b = pair
    assert "quit while unpickling" in fails(a, RemoteError, act, b.name)


def test_a_message_that_quits_where_it_is_unpickled_is_dropped_and_told_in_the_log(pair: tuple[House, House]) -> None:
    def send_both(name: str) -> None:
        send(("echo", name), QuitsThere())
        GenServer.cast(("echo", name), QuitsThere())

    a, b = pair
    before = b.log().count("cannot be unpickled")
    a.does(send_both, b.name)
    until(lambda: b.log().count("cannot be unpickled") == before + 2)


@pytest.mark.parametrize("error", [(TwoArguments, 7, "boom"), (HoldsALock, "boom")], ids=["two arguments", "a lock"])
def test_an_exception_that_does_not_travel_is_told_by_its_text(pair: tuple[House, House], error: Any) -> None:
    def raise_it() -> None:
        kind, *args = error
        raise kind(*args)

    a, b = pair
    text = fails(a, RemoteError, rpc.call, b.name, raise_it)
    assert "boom" in text and "raise_it" in text, "the remote traceback is in it"
    text = fails(a, ServerDied, GenServer.call, ("awkward", b.name), ("raise", *error))
    assert "boom" in text
    text = fails(a, ServerDied, GenServer.call, ("awkward", b.name), ("stop", *error))
    assert "boom" in text


def test_deep_nesting_travels_or_is_an_error(pair: tuple[House, House]) -> None:
    def there_and_back(name: str, depth: int) -> bool:
        value = nested(depth)
        return bool(GenServer.call(("echo", name), value) == value)

    a, b = pair
    assert a.does(there_and_back, b.name, 100)
    for depth in (300, 500, 900, 1000, 3000, 30_000):
        seconds, outcome = a.does(acts.timed, there_and_back, b.name, depth)
        assert outcome is True or isinstance(outcome, RecursionError | RemoteError), outcome
        assert seconds < AT_ONCE


# ---------------------------------------------------------------------- what can


def test_functions_and_classes_of_main_travel(pair: tuple[House, House]) -> None:
    def try_out(name: str, source: str) -> list[object]:
        main = vars(sys.modules["__main__"])
        exec(source, main)
        point, double = main["Point"](21), main["double"]
        return [
            rpc.call(name, lambda n: n + point.x, 1),
            rpc.call(name, lambda: double(point).x),
            rpc.call(name, double, point) == main["Point"](42),
            GenServer.call(("echo", name), point) == point,
        ]

    a, b = pair
    assert a.does(try_out, b.name, MAIN_CLASS) == [22, 42, True, True]
