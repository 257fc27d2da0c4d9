"""A topology at work: whom its worker connects to, when, and what it says about it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Set

import pytest

from pybeam.cluster import Hosts, Strategy, Topology
from pybeam.cluster.worker import Worker
from pybeam.otp.gen_server import GenServer
from pybeam.terms import Pid
from tests.cluster.simulation import OWN, Neighbourhood

INTERVAL = 5.0
CONNECTED = "[cluster:test] connected to {}"
UNABLE = "[cluster:test] unable to connect to {}"


class Scripted(Strategy):
    """Offers whatever the test says."""

    def __init__(self, discover: Callable[[], Set[str]]) -> None:
        self.discover = discover  # type: ignore[method-assign]  # which is the point
        self.tell: Callable[[str], None] | None = None

    def open(self, own: str, tell: Callable[[str], None]) -> None:
        self.tell = tell


class Bench(Neighbourhood):
    """A neighbourhood with one worker in it."""

    def start(self, strategy: Strategy) -> Pid:
        topology = Topology("test", strategy, polling_interval=INTERVAL)
        return self.node.run(lambda: GenServer.start(Worker, topology, self.mesh, lambda: 0.5))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(autouse=True)
def _say_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pybeam.cluster")


def test_the_nodes_of_the_list_are_connected_at_once_and_the_own_one_left_out(bench: Bench) -> None:
    bench.mesh.answering = {"b@host", "c@host", OWN}
    bench.start(Hosts([OWN, "b@host", "c@host"]))
    bench.world.settle()
    assert bench.mesh.attempts == ["b@host", "c@host"]
    assert bench.world.clock.now() == 0.0


def test_a_node_that_starts_late_is_found_at_the_next_poll(bench: Bench) -> None:
    bench.start(Hosts(["b@host"]))
    bench.world.advance(600.0)
    bench.mesh.answering = {"b@host"}
    bench.world.advance(INTERVAL)
    assert bench.mesh.connected == {"b@host"}


def test_the_first_polls_come_quickly_and_then_one_an_interval_for_ever(bench: Bench) -> None:
    bench.start(Hosts(["b@host"]))
    bench.world.advance(1.5)
    assert len(bench.mesh.attempts) == 5
    bench.world.advance(8.5)
    bench.mesh.attempts.clear()
    bench.world.advance(100 * INTERVAL)
    assert len(bench.mesh.attempts) == 100


def test_a_dropped_node_is_connected_again(bench: Bench) -> None:
    bench.mesh.answering = {"b@host"}
    bench.start(Hosts(["b@host"]))
    bench.world.advance(60.0)
    bench.mesh.goes_down("b@host", answering=True)
    bench.world.advance(INTERVAL)
    assert bench.mesh.connected == {"b@host"}


def test_a_host_that_swallows_packets_holds_up_no_other(bench: Bench) -> None:
    bench.mesh.silent = {"b@host", "c@host"}
    bench.mesh.answering = {"d@host"}
    bench.start(Hosts(["b@host", "c@host", "d@host"]))
    bench.world.settle()
    assert bench.mesh.connected == {"d@host"}
    assert bench.world.clock.now() == 0.0


def test_one_node_is_never_tried_twice_at_the_same_time(bench: Bench) -> None:
    bench.mesh.silent = {"b@host"}
    bench.start(Hosts(["b@host"]))
    bench.world.advance(9.9)
    assert bench.mesh.attempts == ["b@host"]
    bench.world.advance(INTERVAL)
    assert bench.mesh.attempts == ["b@host"] * 2


def test_a_name_that_the_strategy_hears_is_tried_at_once(bench: Bench) -> None:
    strategy = Scripted(frozenset)
    bench.start(strategy)
    bench.world.advance(100.3)
    before = bench.world.clock.now()
    bench.mesh.answering = {"b@host"}
    assert strategy.tell is not None
    strategy.tell("b@host")
    bench.world.settle()
    assert bench.mesh.connected == {"b@host"}
    assert bench.world.clock.now() == before


@pytest.mark.parametrize("ours", [True, False])
def test_a_connection_is_logged_once_whoever_began_it(
    bench: Bench, caplog: pytest.LogCaptureFixture, ours: bool
) -> None:
    bench.start(Hosts(["b@host"]))
    if ours:
        bench.mesh.answering = {"b@host"}
    else:
        bench.mesh.comes_up("b@host")
    bench.world.advance(60.0)
    assert caplog.messages == [CONNECTED.format("b@host")]
    assert caplog.records[0].levelno == logging.INFO


def test_a_node_that_was_there_before_the_worker_is_logged_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.mesh.comes_up("b@host")
    bench.start(Hosts(["b@host"]))
    bench.world.advance(60.0)
    assert caplog.messages == [CONNECTED.format("b@host")]
    assert bench.mesh.attempts == []


def test_each_reconnection_is_logged_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.mesh.answering = {"b@host"}
    bench.start(Hosts(["b@host"]))
    for _ in range(3):
        bench.world.advance(60.0)
        bench.mesh.goes_down("b@host", answering=True)
    bench.world.advance(60.0)
    assert caplog.messages == [CONNECTED.format("b@host")] * 4


def test_two_losses_within_one_turn_are_logged_as_two_connections(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.mesh.comes_up("b@host")
    bench.start(Hosts(["b@host"]))
    bench.mesh.goes_down("b@host")
    bench.mesh.comes_up("b@host")
    bench.world.settle()
    assert caplog.messages == [CONNECTED.format("b@host")] * 2


def test_nodes_of_nobodys_list_are_not_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.start(Hosts(["b@host"]))
    bench.mesh.comes_up("stranger@host")
    bench.world.settle()
    assert caplog.messages == []


def test_a_hidden_node_is_connected_logged_once_and_never_warned_about(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.mesh.hidden = bench.mesh.answering = {"b@host"}
    bench.start(Hosts(["b@host"]))
    bench.world.advance(600.0)
    assert caplog.messages == [CONNECTED.format("b@host")]


def test_a_missing_node_is_warned_about_once_a_minute(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.start(Hosts(["b@host"]))
    bench.world.advance(600.0)
    assert set(caplog.messages) == {UNABLE.format("b@host")}
    assert 8 <= len(caplog.messages) <= 10
    assert caplog.records[0].levelno == logging.WARNING


def test_a_node_that_is_up_within_a_second_was_never_missing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.start(Hosts(["b@host"]))
    bench.world.advance(1.0)
    bench.mesh.answering = {"b@host"}
    bench.world.advance(10.0)
    assert caplog.messages == [CONNECTED.format("b@host")]


def test_each_missing_node_has_its_own_warning(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.start(Hosts(["b@host", "c@host"]))
    bench.world.advance(30.0)
    assert sorted(caplog.messages) == [UNABLE.format("b@host"), UNABLE.format("c@host")]


def test_a_strategy_that_fails_is_asked_again_and_costs_one_line_a_minute(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    failing = True

    def discover() -> Set[str]:
        if failing:
            raise OSError("no route to the name server")
        return {"b@host"}

    worker = bench.start(Scripted(discover))
    bench.world.advance(59.0)
    assert len(caplog.messages) == 1
    assert "no route to the name server" in caplog.text
    failing = False
    bench.mesh.answering = {"b@host"}
    bench.world.advance(10.0)
    assert bench.mesh.connected == {"b@host"}
    assert worker.number in bench.node.runtime.processes


def test_a_connect_that_crashes_is_tried_again(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    crashing = True
    connect = bench.mesh.connect

    def crash(name: str) -> bool:
        if crashing:
            raise RuntimeError("out of sockets")
        return connect(name)

    bench.mesh.connect = crash  # type: ignore[method-assign]
    bench.start(Hosts(["b@host"]))
    bench.world.advance(30.0)
    assert [message for message in caplog.messages if "unable" in message] == [
        UNABLE.format("b@host") + ": RuntimeError: out of sockets"
    ]
    crashing = False
    bench.mesh.answering = {"b@host"}
    bench.world.advance(INTERVAL)
    assert bench.mesh.connected == {"b@host"}


def test_messages_from_strangers_change_nothing(bench: Bench) -> None:
    bench.mesh.answering = {"b@host"}
    worker = bench.start(Hosts(["b@host"]))
    process = bench.node.runtime.processes[worker.number]
    for message in ("hey there", ("nodeup",), ("DOWN", 1, "process", 2, 3), None, 42):
        bench.node.runtime.deliver(process, message)
    bench.world.advance(60.0)
    assert bench.mesh.connected == {"b@host"}
    assert worker.number in bench.node.runtime.processes
