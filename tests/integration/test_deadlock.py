"""Servers of three real nodes that wait for each other are told so, instead of a timeout."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pybeam import DeadlockError, GenServer
from tests.integration.nodes import site_in

pytestmark = pytest.mark.integration


class Relay(GenServer):
    """Asked for a way, it asks the first of it for the rest; a deadlock is its answer."""

    def handle_call(self, request: Any, from_: Any) -> Any:
        if not request:
            return "arrived"
        try:
            return GenServer.call(request[0], request[1:], 20.0)
        except DeadlockError as error:
            return error


def test_a_cycle_of_calls_over_three_nodes_is_told_with_its_names(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        houses = site.mesh("a", "b", "c")
        way = tuple(("relay", house.name) for house in houses)
        for house in houses:
            house.does(GenServer.start, Relay, name="relay")
        begin = time.monotonic()
        error = houses[0].does(GenServer.call, way[0], (*way[1:], way[0]), 20.0)
        assert isinstance(error, DeadlockError)
        assert time.monotonic() - begin < 2
        assert set(error.cycle) == set(way)
        assert str(error).startswith("each waits for the next to answer, so none ever will: ('relay', ")
        assert [house.does(GenServer.call, "relay", ()) for house in houses] == ["arrived"] * 3
