"""One cache on five nodes: the story's phase 1, on virtual time."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest

from apothik import cache, cluster
from apothik.master import Master
from apothik.server import NAME
from pybeam import Atom, GenServer, NodeDown, node, rpc_call
from tests.apothik.conftest import Five

KEYS: list[Any] = ["toto", b"\xff", 1, 1.0, True, None, Atom("toto"), (1, 2), (1.0, 2), "k_1_1", ""]


@pytest.fixture(autouse=True)
def _say_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_five_nodes_that_start_at_the_same_instant_find_each_other(five: Five) -> None:
    for i, each in five.nodes.items():
        assert sorted(each.run(node.list)) == [cluster.node_name(j) for j in range(1, 6) if j != i]


def test_each_node_logs_each_connection_once(five: Five, caplog: pytest.LogCaptureFixture) -> None:
    five.world.advance(60.0)
    records = caplog.get_records("setup") + caplog.get_records("call")
    said = Counter(record.getMessage() for record in records if record.name == "pybeam.cluster")
    assert said == {f"[cluster:apothik_cluster_1] connected to {name}": 4 for name in cluster.node_list()}


@pytest.mark.parametrize(
    ("i", "row"), [(1, [1026, 996, 1012, 1021, 945]), (2, [1023, 987, 1050, 993, 947])], ids=["fill(1)", "fill(2)"]
)
def test_filling_through_one_node_spreads_the_entries_as_the_story_says(five: Five, i: int, row: list[int]) -> None:
    assert five.master.run(lambda: Master.fill(i, 5000, window=100)) == "ok"
    assert five.master.run(lambda: [Master.stat(j) for j in range(1, 6)]) == row


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_a_key_put_through_any_node_is_got_through_any_other(five: Five, key: Any) -> None:
    for i, each in five.nodes.items():
        assert each.run(cache.put, key, i) == "ok"
        assert [other.run(cache.get, key) for other in five.nodes.values()] == [i] * 5
    assert sum(five.entries()) == 1


def test_the_prompts_node_uses_the_cache_without_being_part_of_it(five: Five) -> None:
    assert five.master.run(cache.put, "toto", 12) == "ok"
    assert five.master.run(cache.get, "toto") == 12
    assert five.master.run(lambda: rpc_call(cluster.node_name(1), "apothik.cache:get", "toto")) == 12


def test_a_call_straight_to_a_nodes_cache_asks_that_node_alone(five: Five) -> None:
    first = (NAME, cluster.node_name(1))
    assert five.master.run(lambda: GenServer.call(first, ("put", 1, "something"))) == "ok"
    assert five.master.run(lambda: GenServer.call(first, ("get", 1))) == "something"
    assert five.entries() == [1, 0, 0, 0, 0]


@pytest.mark.parametrize("key", [[1], {}, {1}, float("nan"), "\ud800", lambda: 1], ids=lambda key: type(key).__name__)
def test_what_is_no_key_is_a_type_error_whichever_way_it_is_sent(five: Five, key: Any) -> None:
    first = cluster.node_name(1)
    for send in (
        lambda: cache.put(key, 1),
        lambda: Master.put(1, key, 1),
        lambda: GenServer.call((NAME, first), ("put", key, 1)),
    ):
        with pytest.raises(TypeError):
            five.master.run(send)
    assert five.entries() == [0] * 5


def test_a_dead_nodes_keys_are_node_down_and_the_others_go_on(five: Five) -> None:
    five.nodes.pop(2).crash()
    five.world.advance(10.0)
    outcomes: Counter[str] = Counter()
    for key in range(50):
        try:
            five.nodes[1].run(cache.put, key, key)
        except NodeDown as down:
            outcomes[down.node] += 1
        else:
            outcomes["ok"] += 1
    lost = sum(cluster.node_of(key) == cluster.node_name(2) for key in range(50))
    assert outcomes == {"ok": 50 - lost, cluster.node_name(2): lost}


def test_a_node_that_comes_back_is_found_again_and_is_empty(five: Five, caplog: pytest.LogCaptureFixture) -> None:
    five.master.run(lambda: Master.fill(1, 100))
    five.nodes[2].crash()
    five.world.advance(10.0)
    caplog.clear()
    five.restart(2)
    five.world.advance(10.0)
    assert sorted(five.nodes[2].run(node.list)) == sorted(
        {"master@127.0.0.1", *cluster.node_list()} - {cluster.node_name(2)}
    )
    again = f"[cluster:apothik_cluster_1] connected to {cluster.node_name(2)}"
    assert caplog.messages.count(again) == 4
    assert five.nodes[2].run(cache.stats) == 0


def test_a_connection_that_somebody_cuts_is_back_at_the_next_poll(five: Five) -> None:
    second = cluster.node_name(2)
    assert five.nodes[1].run(node.disconnect, second)
    five.world.advance(7.0)
    assert second in five.nodes[1].run(node.list)
