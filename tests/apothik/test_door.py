"""The door: puts for any key, through any node."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from apothik import cache, cluster
from apothik.door import DOOR
from apothik.server import NAME
from apothik.store import BadRequest
from pybeam import GenServer, NodeDown, NoProcess, process, send
from pybeam.testing.world import SimNode
from tests.apothik.conftest import Five


def door_of(i: int) -> tuple[str, str]:
    return DOOR, cluster.node_name(i)


@pytest.mark.parametrize("i", range(1, 6))
def test_a_put_through_any_door_comes_to_the_node_that_has_the_key(five: Five, i: int) -> None:
    keys = [f"key {number}" for number in range(20)]
    for key in keys:
        assert five.master.run(lambda key=key: GenServer.call(door_of(i), ("put", key, i))) == "ok"
        assert five.master.run(cache.get, key) == i
    assert sum(five.entries()) == len(keys)


def test_a_node_of_the_cluster_puts_through_its_own_door(five: Five) -> None:
    kept = ["a list"]

    def story() -> list[Any]:
        for number in range(20):
            GenServer.call(DOOR, ("put", number, kept))
        kept.append("changed")
        return [cache.get(number) for number in range(20)]

    assert five.nodes[1].run(story) == [["a list"]] * 20


class Leaves:
    """A value that raises, when it is copied, what no `except Exception` catches."""

    def __reduce__(self) -> Any:
        raise SystemExit("no")


BAD: dict[str, tuple[Any, type[Exception]]] = {
    "no key": (("put", {1}, 2), TypeError),
    "a get": (("get", "key"), BadRequest),
    "too short": (("put", "key"), BadRequest),
    "no request": (7, BadRequest),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_request_fails_at_its_caller_and_the_door_stays_open(five: Five, case: str) -> None:
    request, error = BAD[case]
    for caller in (five.nodes[1], five.master):
        with pytest.raises(error):
            caller.run(lambda: GenServer.call(door_of(1), request))
    assert five.entries() == [0] * 5
    assert five.master.run(lambda: GenServer.call(door_of(1), ("put", "key", 1))) == "ok"


def test_a_value_that_cannot_be_copied_fails_at_its_caller_and_the_door_stays_open(node: SimNode) -> None:
    key = next(key for key in map(str, range(99)) if cluster.node_of(key) == node.name)
    door = node.run(process.whereis, DOOR)
    with pytest.raises(TypeError, match="SystemExit"):
        node.run(lambda: GenServer.call(DOOR, ("put", key, Leaves())))
    assert node.run(process.whereis, DOOR) == door


def test_a_key_whose_node_is_down_is_node_down_at_once_and_the_others_are_put(five: Five) -> None:
    key, other = (
        next(key for key in map(str, range(99)) if cluster.node_of(key) == cluster.node_name(i)) for i in (2, 3)
    )
    five.nodes[2].stop()
    before = five.world.clock.now()
    with pytest.raises(NodeDown, match=cluster.node_name(2)):
        five.master.run(lambda: GenServer.call(door_of(1), ("put", key, 1)))
    assert five.master.run(lambda: GenServer.call(door_of(1), ("put", other, 1))) == "ok"
    assert five.world.clock.now() - before < 1


def test_a_node_without_a_cache_is_no_process(node: SimNode) -> None:
    node.run(lambda: GenServer.stop(NAME))
    key = next(key for key in map(str, range(99)) if cluster.node_of(key) == node.name)
    with pytest.raises(NoProcess, match=NAME):
        node.run(lambda: GenServer.call(DOOR, ("put", key, 1)))


def test_what_is_no_request_is_logged_and_dropped(node: SimNode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    def story() -> object:
        GenServer.cast(DOOR, "cast")
        send(DOOR, "news")
        process.sleep(1)
        return process.whereis(DOOR)

    assert node.run(story) is not None
    assert "'cast'" in caplog.text and "'news'" in caplog.text
