"""What travels and what cannot: an error goes to the caller at once, and both nodes live on."""

from __future__ import annotations


import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest

from pybeam import CallTimeout, GenServer, NoReply, RemoteError, ServerDied, Stop, Supervisor, node, process, rpc, send
from pybeam.runtime.signals import From
from tests.integration import acts
from tests.integration.acts import Diary, Echo
from tests.integration.lab import until
from tests.integration.nodes import PATIENCE, House, Site, site_in

pytestmark = pytest.mark.integration

AT_ONCE = 0.5
"""Seconds in which an error is told, on a busy machine: the call's time-out is 5 s."""

MIB = 1 << 20

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
        assert house.does(rpc.call, other.name, process.registered) == ["awkward", "echo", "rex"]
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
        return GenServer.call(("echo", name), value) == value

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


def test_a_large_array_arrives_right_and_writable_and_is_not_copied_often(pair: tuple[House, House]) -> None:
    def there_and_back(name: str) -> tuple[bool, bool]:
        array = numpy.arange(12_500_000, dtype=numpy.int64)
        back = GenServer.call(("echo", name), array, timeout=PATIENCE)
        assert isinstance(back, numpy.ndarray)
        same = bool((back == array).all())
        back[0] = 7
        return same, int(array[0]) == 0 and int(back[0]) == 7

    a, b = pair
    assert a.does(there_and_back, b.name) == (True, True)


def test_who_changes_a_value_right_after_sending_it_changes_nothing_there(pair: tuple[House, House]) -> None:
    def send_and_change(name: str) -> None:
        array = numpy.zeros(200_000)
        small = [0]
        for turn in range(100):
            array[:] = small[0] = turn
            send(("sums", name), (turn, small, array))
            array[:] = small[0] = -1

    a, b = pair
    b.does(GenServer.start, Sums, name="sums")
    a.does(send_and_change, b.name)
    assert a.does(GenServer.call, ("sums", b.name), "read") == [(turn, turn * 200_000.0) for turn in range(100)]
    b.does(GenServer.stop, "sums")


class Sums(GenServer):
    """Notes what is in the arrays that it gets."""

    def init(self) -> None:
        self.sums: list[tuple[int, float]] = []

    def handle_info(self, message: Any) -> None:
        turn, [small], array = message
        assert small == turn
        self.sums.append((turn, float(array.sum())))

    def handle_call(self, request: Any, from_: From) -> Any:
        return self.sums


# ---------------------------------------------------------------------- much at once


def test_a_call_beside_a_large_transfer_is_answered_soon(pair: tuple[House, House]) -> None:
    a, b = pair
    with acts.calling(a, ("echo", b.name)) as calls:
        large = a.begins(rpc.call, b.name, len, bytes(200 * MIB), timeout=PATIENCE)
        assert large.result(PATIENCE) == 200 * MIB
    assert calls.errors == []
    assert calls.answered > 20
    assert calls.slowest < AT_ONCE


class Large(GenServer):
    """Answers, when it is told to "go", with much."""

    def handle_call(self, request: Any, from_: From) -> Any:
        process.register("asked", process.spawn(process.receive))
        process.receive(lambda message: message == "go")
        return bytes(64 * MIB)


def test_a_server_that_ends_while_its_large_reply_leaves_is_told_to_the_caller(pair: tuple[House, House]) -> None:
    a, b = pair
    server = b.does(GenServer.start, Large)
    waiting = a.begins(acts.timed, GenServer.call, server, "please", timeout=PATIENCE)
    until(lambda: b.does(process.whereis, "asked") is not None)
    a.does(process.spawn, time.sleep, 2.0)  # its scheduler stands still: the reply fills the window
    b.does(send, server, "go")
    time.sleep(0.5)
    b.does(process.exit, server, "kill")
    b.does(send, "asked", "forgotten")
    seconds, error = waiting.result(PATIENCE)
    assert isinstance(error, ServerDied) and error.reason == "killed", repr(error)[:100]


class Tally(GenServer):
    """Notes the numbers of what it gets."""

    def init(self) -> None:
        self.numbers: list[int] = []

    def handle_info(self, message: Any) -> None:
        self.numbers.append(message[0])

    def handle_call(self, request: Any, from_: From) -> Any:
        return self.numbers


def flood(server: tuple[str, str], number: int) -> None:
    """Send many messages of 64 KiB each."""
    load = bytes(64 * 1024 - 100)
    for place in range(number):
        send(server, (place, load))


def test_a_receiver_that_stands_still_suspends_its_sender_and_nobody_else(site: Site) -> None:
    a, b = site.houses[:2]
    tally = ("tally", b.name)
    b.does(GenServer.start, Tally, name="tally")
    before = a.memory()
    with site.guest("c", hidden=True) as other, acts.calling(other, ("echo", a.name)) as calls:
        b.does(process.spawn, time.sleep, 3.0)
        flooding = a.begins(flood, tally, 3000)
        time.sleep(1.0)
        assert not flooding.done()
        seconds, error = a.does(acts.timed, GenServer.call, tally, "numbers", timeout=0.5)
        assert isinstance(error, CallTimeout)
        assert 0.5 <= seconds < 1.0
        assert a.memory() - before < 32 * MIB, "four times the window"
        flooding.result(PATIENCE)
    assert a.does(GenServer.call, tally, "numbers") == list(range(3000))
    assert calls.errors == []
    assert calls.slowest < AT_ONCE
    b.does(GenServer.stop, "tally")
