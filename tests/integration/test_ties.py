"""Links, monitors and exit signals between OS processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybeam import Pid, node, process, rpc
from pybeam.errors import Crash, ReceiveTimeout
from tests.integration.nodes import House, Site, here, site_in

pytestmark = pytest.mark.integration

PATIENCE = 10.0
MISSED_WITHIN = 2.0


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[list[House]]:
    with site_in(tmp_path) as site:
        yield list(pair_of(site))


def pair_of(site: Site) -> list[House]:
    return list(site.mesh("a", "b"))


def tied_to(name: str) -> list[Any]:
    """Link with and monitor a process of `name`; what is to be looked at later is kept by a process here."""
    pid = node.spawn(name, process.receive)

    def body() -> None:
        process.trap_exit()
        process.register("tied", process.self())
        process.link(pid)
        process.monitor(pid)
        process.monitor(("rex", name))
        node.monitor_nodes()
        heard: list[Any] = []
        while True:
            message = process.receive()
            if isinstance(message, tuple) and message[0] == "read":
                process.send(message[1], [(time.monotonic(), each) for each in heard])
            else:
                heard.append(message)

    process.spawn(body)
    return [pid]


def heard_here(at_least: int) -> list[Any]:
    """What the process "tied" has heard."""
    end = time.monotonic() + PATIENCE
    while True:
        process.send("tied", ("read", process.self()))
        heard = [message for _, message in process.receive(timeout=PATIENCE)]
        if len(heard) >= at_least or time.monotonic() > end:
            return heard
        process.sleep(0.02)


def test_a_killed_node_breaks_each_tie_once_and_soon_and_before_its_nodedown(pair: list[House]) -> None:
    a, b = pair
    (pid,) = a.does(tied_to, here("b"))
    a.does(process.sleep, 0.3)
    os.kill(b.pid, signal.SIGKILL)
    began = time.monotonic()
    heard = a.does(heard_here, 4)
    assert time.monotonic() - began < MISSED_WITHIN
    assert heard[-1] == ("nodedown", here("b"))
    assert ("EXIT", pid, "noconnection") in heard
    assert [m[3:] for m in heard if m[0] == "DOWN"] == [(pid, "noconnection"), (("rex", here("b")), "noconnection")]
    a.does(process.sleep, 1.0)
    assert len(a.does(heard_here, 4)) == 4


def crash_of_a_linked_process(name: str) -> tuple[Any, Any]:
    def body() -> tuple[Any, Any]:
        process.trap_exit()
        pid, ref = node.spawn_monitor(name, divide, 0)
        down = process.receive(timeout=PATIENCE)
        assert down[:4] == ("DOWN", ref, "process", pid)
        pid = node.spawn_link(name, divide, 0)
        what, who, reason = process.receive(timeout=PATIENCE)
        assert (what, who) == ("EXIT", pid)
        return down[4], reason

    return process.run(body)


def divide(by: int) -> float:
    return 1 / by


def test_a_crash_on_another_node_is_told_with_its_exception_and_traceback(pair: list[House]) -> None:
    a, _ = pair
    for reason in a.does(crash_of_a_linked_process, here("b")):
        assert isinstance(reason, Crash)
        assert isinstance(reason.exception, ZeroDivisionError)
        assert "return 1 / by" in reason.traceback


def end_an_owner(name: str) -> Any:
    """A process here linked with one there is killed: does the other one end?"""
    child = node.spawn(name, process.receive)

    def owner() -> None:
        process.link(child)
        process.receive()

    def body() -> Any:
        pid = process.spawn(owner)
        ref = process.monitor(child)
        process.sleep(0.2)
        process.exit(pid, "kill")
        return process.receive(lambda message: message[1] == ref, timeout=PATIENCE)[4]

    return process.run(body)


def test_the_end_of_an_owner_ends_what_is_linked_with_it_on_the_other_node(pair: list[House]) -> None:
    a, _ = pair
    assert a.does(end_an_owner, here("b")) == "killed"


def many_ties(name: str, count: int) -> tuple[int, int]:
    """Monitor and link many processes there, end half of them, and take back the rest."""

    def body() -> tuple[int, int]:
        process.trap_exit()
        pids: list[Pid] = rpc.call(name, spawn_idle, count, timeout=PATIENCE)
        refs = {process.monitor(pid): pid for pid in pids}
        for pid in pids:
            process.link(pid)
        for pid in pids[::2]:
            process.exit(pid, "half")
        told = {"EXIT": 0, "DOWN": 0}
        for _ in range(count):
            told[process.receive(timeout=PATIENCE)[0]] += 1
        for ref, pid in refs.items():
            process.demonitor(ref, flush=True)
            process.unlink(pid)
        for pid in pids[1::2]:
            process.exit(pid, "rest")
        try:
            return process.receive(timeout=0.5), 0
        except ReceiveTimeout:
            return told["EXIT"], told["DOWN"]

    return process.run(body)


def spawn_idle(count: int) -> list[Pid]:
    return [process.spawn(process.receive) for _ in range(count)]


def test_thousands_of_ties_are_told_and_taken_back(pair: list[House]) -> None:
    a, _ = pair
    assert a.does(many_ties, here("b"), 5000) == (2500, 2500)
