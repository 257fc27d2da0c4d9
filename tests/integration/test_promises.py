"""Promises, calls to many nodes, and partitions of another node, between OS processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybeam import DynamicSupervisor, GenServer, NodeDown, NoReply, PartitionSupervisor, process, rpc
from tests.integration.lab import until
from tests.integration.nodes import House, here, site_in

pytestmark = pytest.mark.integration


class Echo(GenServer):
    """Answers with what it is asked; `"never"` not at all; `"seen"` with all that has come before."""

    def init(self) -> None:
        self.seen: list[Any] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        if request == "seen":
            return self.seen
        self.seen.append(request)
        return NoReply() if request == "never" else request

    def handle_cast(self, message: Any) -> None:
        self.seen.append(message)


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[list[House]]:
    with site_in(tmp_path) as site:
        houses = site.mesh("a", "b", "c")
        for house in houses[1:]:
            house.does(GenServer.start, Echo, name="echo")
        yield houses


def ask_many(server: Any, requests: list[Any]) -> list[Any]:
    promises = [GenServer.call_async(server, request) for request in requests]
    return [promise.result() for promise in promises]


def hold_one_that_is_never_kept(server: Any) -> float:
    """Seconds until it is known that it will not be."""
    promise = GenServer.call_async(server, "never")
    started = time.monotonic()
    try:
        promise.result(timeout=30)
    except NodeDown:
        return time.monotonic() - started
    raise AssertionError("it was kept")


def test_promises_are_kept_by_another_os_process(houses: list[House]) -> None:
    a = houses[0]
    requests = [*range(500), "x" * 2_000_000]
    assert a.does(ask_many, ("echo", here("b")), requests) == requests
    assert a.does(process.flush) == []


def test_a_killed_node_breaks_the_promises_that_it_owes(houses: list[House]) -> None:
    a, b, _ = houses
    future = a.begins(hold_one_that_is_never_kept, ("echo", here("b")))
    until(lambda: b.does(GenServer.call, "echo", "seen") == ["never"])
    os.kill(b.pid, signal.SIGKILL)
    assert future.result(timeout=10) < 5


def test_multi_call_and_abcast_reach_every_node(houses: list[House]) -> None:
    a = houses[0]
    names = [here(short) for short in ("a", "b", "c")]
    expected = ([(name, "hi") for name in names[1:]], names[:1])
    assert a.does(GenServer.multi_call, names, "echo", "hi", 5.0) == expected
    a.does(GenServer.abcast, names, "echo", "news")
    for house in houses[1:]:
        until(lambda house=house: house.does(GenServer.call, "echo", "seen") == ["hi", "news"])  # type: ignore[misc]


def start_child_there(name: str) -> Any:
    return rpc.call(name, DynamicSupervisor.start_child, PartitionSupervisor.via("pools", 1), Echo)


def test_partitions_and_dynamic_children_of_another_node_are_served_there(houses: list[House]) -> None:
    a, b, _ = houses
    b.does(PartitionSupervisor.start_link, DynamicSupervisor, 2, name="pools")
    pid = a.does(start_child_there, here("b"))
    assert a.does(GenServer.call, pid, "hello") == "hello"
    assert b.does(DynamicSupervisor.count_children, PartitionSupervisor.via("pools", 1))["active"] == 1
