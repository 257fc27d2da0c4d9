"""The cache's functions: the right node is asked, and a wrong key asks nobody."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from apothik import cache, cluster
from apothik.server import NAME
from pybeam import Atom, GenServer, NodeDown, NoProcess, Stop, process
from pybeam.testing.world import SimNode, World
from tests.apothik.conftest import Five
from tests.apothik.terms import DEEP, NO_KEYS, Sulking, Touchy, Word, class_name

FUNCTIONS = [cache.get, lambda key: cache.put(key, 1), cache.delete]
every_function = pytest.mark.parametrize("ask", FUNCTIONS, ids=["get", "put", "delete"])


@pytest.mark.usefixtures("alone")
def test_what_was_put_is_got_until_it_is_deleted(node: SimNode) -> None:
    def session() -> list[Any]:
        return [
            cache.put("toto", 12),
            cache.get("toto"),
            cache.stats(),
            cache.delete("toto"),
            cache.get("toto"),
            cache.stats(),
        ]

    assert node.run(session) == ["ok", 12, 1, "ok", None, 0]


def test_a_key_of_this_node_is_kept_here(node: SimNode) -> None:
    mine = next(key for key in range(100) if cluster.node_of(key) == "apothik_1@127.0.0.1")
    assert node.run(lambda: cache.put(mine, "here")) == "ok"
    assert node.run(lambda: GenServer.call(NAME, ("get", mine))) == "here"


@every_function
def test_a_key_of_a_node_that_is_down_names_that_node(node: SimNode, ask: Any) -> None:
    others = next(key for key in range(100) if cluster.node_of(key) == "apothik_3@127.0.0.1")
    with pytest.raises(NodeDown, match=r"apothik_3@127\.0\.0\.1"):
        node.run(lambda: ask(others))
    assert node.run(cache.stats) == 0


@every_function
@pytest.mark.parametrize("key", [*NO_KEYS, Sulking("a"), Touchy("a"), DEEP], ids=class_name)
@pytest.mark.usefixtures("alone")
def test_what_is_no_key_is_a_type_error_before_anything_is_sent(world: World, ask: Any, key: Any) -> None:
    nobody_to_ask = world.node("apothik_1@127.0.0.1")
    with pytest.raises(TypeError):
        nobody_to_ask.run(lambda: ask(key))


@every_function
@pytest.mark.usefixtures("alone")
def test_a_node_without_its_cache_is_no_process(world: World, ask: Any) -> None:
    node = world.node("apothik_1@127.0.0.1")
    with pytest.raises(NoProcess, match=NAME):
        node.run(lambda: ask("a"))


def test_stats_where_no_cache_runs_is_no_process(world: World) -> None:
    with pytest.raises(NoProcess, match=NAME):
        world.node("master@127.0.0.1").run(cache.stats)


@pytest.mark.usefixtures("alone")
def test_a_cache_that_was_killed_is_back_and_empty(application: SimNode) -> None:
    def kill() -> None:
        cache.put("a", 1)
        pid = process.whereis(NAME)
        assert pid is not None
        process.exit(pid, "kill")

    application.run(kill)
    application.world.settle()
    assert application.run(cache.stats) == 0


def key_of(i: int) -> int:
    return next(key for key in range(100) if cluster.node_of(key) == cluster.node_name(i))


at_home_and_away = pytest.mark.parametrize("key", [key_of(1), key_of(2)], ids=["own key", "other node's key"])


@at_home_and_away
def test_what_is_done_to_a_value_after_it_was_put_or_got_is_not_done_to_the_entry(five: Five, key: int) -> None:
    def session() -> Any:
        value = {"tags": ["a"]}
        cache.put(key, value)
        value["tags"].append("b")
        cache.get(key)["tags"].append("c")
        return cache.get(key)

    assert five.nodes[1].run(session) == {"tags": ["a"]}


@at_home_and_away
@pytest.mark.parametrize("value", [threading.Lock(), [threading.Lock()], Sulking("a"), DEEP], ids=class_name)
def test_a_value_that_does_not_pickle_is_an_error_and_nothing_is_stored(five: Five, key: int, value: Any) -> None:
    with pytest.raises((TypeError, RuntimeError)):
        five.nodes[1].run(cache.put, key, value)
    assert five.entries() == [0] * 5


@at_home_and_away
@pytest.mark.parametrize("value", [(1, [2]), {1}, Atom("ok"), Word.A, ValueError("no"), Stop("boom"), None], ids=repr)
def test_a_value_is_got_as_one_of_its_own_class(five: Five, key: int, value: Any) -> None:
    def session() -> Any:
        return cache.put(key, value), cache.get(key)

    ok, got = five.nodes[1].run(session)
    assert (ok, type(got)) == ("ok", type(value))
    assert isinstance(value, (ValueError, Stop)) or got == value


@at_home_and_away
def test_a_function_without_a_name_can_be_a_value(five: Five, key: int) -> None:
    assert five.nodes[1].run(lambda: (cache.put(key, lambda: 7), cache.get(key)()))[1] == 7
