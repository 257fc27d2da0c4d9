"""A callback raises whatever there is: its process ends and is restarted, the caller is told, the node lives."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from greenlet import GreenletExit

from pybeam import Crash, GenServer, Pid, ServerDied, Supervisor, node, process, rpc, send
from pybeam.runtime.signals import From
from tests.integration import acts
from tests.integration.acts import Echo
from tests.integration.lab import until
from tests.integration.nodes import House, Site, site_in

pytestmark = pytest.mark.integration

AT_ONCE = 1.0
"""Seconds in which the caller is told, on a busy machine: the call's time-out is 5 s."""


class Unspeakable(Exception):
    """Can be neither shown nor pickled."""

    def __str__(self) -> str:
        raise SystemExit("not even its text")

    __repr__ = __str__

    def __reduce__(self) -> NoReturn:
        raise KeyboardInterrupt


def raise_it(kind: type[BaseException]) -> NoReturn:
    raise kind("boom")


def recurse() -> NoReturn:
    recurse()


def exhaust_memory() -> NoReturn:
    bytearray(1 << 62)
    raise AssertionError


WAYS_TO_FAIL: dict[str, Callable[[], NoReturn]] = {
    "Exception": lambda: raise_it(Exception),
    "SystemExit": sys.exit,
    "KeyboardInterrupt": lambda: raise_it(KeyboardInterrupt),
    "greenlet.GreenletExit": lambda: raise_it(GreenletExit),
    "RecursionError": recurse,
    "MemoryError": exhaust_memory,
    "BaseExceptionGroup": lambda: _raise(BaseExceptionGroup("two", [SystemExit(), KeyboardInterrupt()])),
    "StopIteration": lambda: raise_it(StopIteration),
    f"{__name__}.Unspeakable": lambda: raise_it(Unspeakable),
}


def _raise(error: BaseException) -> NoReturn:
    raise error


class Fragile(GenServer):
    """Fails in the way that it is told; asked for its "pid", it answers."""

    def handle_call(self, request: Any, from_: From) -> Any:
        if request == "pid":
            return process.self()
        WAYS_TO_FAIL[request]()

    def handle_cast(self, message: Any) -> Any:
        WAYS_TO_FAIL[message]()

    def handle_info(self, message: Any) -> Any:
        WAYS_TO_FAIL[message]()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two nodes; on the second one there is a `Fragile`, supervised, and an `Echo`."""
    with site_in(tmp_path_factory.mktemp("site")) as site:
        _, b = site.mesh("a", "b")
        b.does(Supervisor.start_link, [Fragile.child_spec(name="fragile")], max_restarts=10_000)
        b.does(GenServer.start, Echo, name="echo")
        yield site


@pytest.fixture
def pair(site: Site) -> Iterator[tuple[House, House]]:
    """The two; afterwards the node and what else lives on it are as before."""
    a, b = site.houses
    before = a.does(rpc.call, b.name, process.whereis, "echo")
    yield a, b
    assert a.does(GenServer.call, ("echo", b.name), "hello") == "hello"
    assert a.does(rpc.call, b.name, process.whereis, "echo") == before
    assert a.does(node.list) == [b.name]


def restarted(house: House, server: tuple[str, str], before: Pid) -> Pid:
    """The pid of the server's next incarnation."""

    found: list[Pid] = []

    def is_found() -> bool:
        _, pid = house.does(acts.timed, GenServer.call, server, "pid")
        if isinstance(pid, Pid) and pid != before:
            found.append(pid)
        return bool(found)

    until(is_found)
    return found[0]


@pytest.mark.parametrize("way", WAYS_TO_FAIL)
def test_the_caller_gets_server_died_and_the_server_is_restarted(pair: tuple[House, House], way: str) -> None:
    a, b = pair
    server = "fragile", b.name
    pid = a.does(GenServer.call, server, "pid")
    for _ in range(5):
        seconds, error = a.does(acts.timed, GenServer.call, server, way)
        assert isinstance(error, ServerDied), repr(error)
        assert isinstance(error.reason, Crash)
        assert error.reason.kind == way.rpartition(".")[2] or error.reason.kind == way
        assert "WAYS_TO_FAIL[request]()" in error.reason.traceback or way.endswith("Unspeakable")
        assert seconds < AT_ONCE
        assert isinstance(pid, Pid)
        pid = restarted(a, server, pid)


@pytest.mark.parametrize("way", WAYS_TO_FAIL)
@pytest.mark.parametrize("tell", [GenServer.cast, send])
def test_a_server_that_fails_of_a_message_is_restarted(
    pair: tuple[House, House], way: str, tell: Callable[[Any, Any], None]
) -> None:
    a, b = pair
    server = "fragile", b.name
    pid = a.does(GenServer.call, server, "pid")
    assert isinstance(pid, Pid)
    a.does(tell, server, way)
    assert restarted(a, server, pid) != pid


@pytest.mark.parametrize("way", [way for way in WAYS_TO_FAIL if not way.endswith("Unspeakable")])
def test_what_a_called_function_raises_is_raised_at_its_caller(pair: tuple[House, House], way: str) -> None:
    a, b = pair

    def call(name: str) -> tuple[str, str]:
        try:
            rpc.call(name, WAYS_TO_FAIL[way])
        except BaseException as error:
            return type(error).__name__, "".join(error.__notes__)
        raise AssertionError

    kind, notes = a.does(call, b.name)
    assert kind == way.rpartition(".")[2]
    assert "On the other node" in notes and "Traceback" in notes


@pytest.mark.parametrize("way", WAYS_TO_FAIL)
def test_a_function_that_fails_unheard_harms_nobody(pair: tuple[House, House], way: str) -> None:
    a, b = pair
    a.does(rpc.cast, b.name, WAYS_TO_FAIL[way])
    pid = a.does(node.spawn, b.name, WAYS_TO_FAIL[way])
    until(lambda: not b.does(process.alive, pid))


@pytest.mark.parametrize("nonsense", [GenServer.cast, GenServer.stop, send])
def test_nonsense_to_the_server_behind_rpc_does_not_end_it_for_good(
    pair: tuple[House, House], nonsense: Callable[[Any, Any], None]
) -> None:
    a, b = pair
    a.does(nonsense, ("rex", b.name), "nonsense")
    until(lambda: a.does(rpc.rpc_call, b.name, node.self) == b.name)
