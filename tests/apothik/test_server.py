"""The cache's process answers, and nothing that is sent to it ends it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from apothik.server import NAME
from apothik.store import BadRequest
from pybeam import Continue, Fail, GenServer, NoReply, Reply, Stop, process, send
from pybeam.testing.world import SimNode


def ask(node: SimNode, request: Any) -> Any:
    return node.run(lambda: GenServer.call(NAME, request))


def is_alive_with(node: SimNode, entries: int) -> bool:
    return bool(ask(node, "stats") == entries)


def test_it_answers_as_the_story_says(node: SimNode) -> None:
    assert ask(node, "stats") == 0
    assert ask(node, ("get", 1)) is None
    assert ask(node, ("put", 1, "something")) == "ok"
    assert ask(node, ("get", 1)) == "something"
    assert ask(node, "stats") == 1
    assert ask(node, ("delete", 1)) == "ok"
    assert ask(node, ("delete", 1)) == "ok"
    assert ask(node, "stats") == 0


@pytest.mark.parametrize(
    "value",
    [NoReply(), NoReply(Continue(1)), Stop("boom"), Stop("boom", 1), Reply(1), Fail(ValueError()), Continue(1)],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_would_direct_the_server_is_a_value_like_any_other(node: SimNode, value: object) -> None:
    assert ask(node, ("put", "a", value)) == "ok"
    assert ask(node, ("get", "a")) is value
    assert is_alive_with(node, entries=1)


@pytest.mark.parametrize(
    "request_", [("put", [1], 2), ("get", {}), ("delete", {1}), ("put", float("nan"), 1)], ids=repr
)
def test_what_is_no_key_is_a_type_error_at_the_caller_and_costs_no_entries(node: SimNode, request_: Any) -> None:
    ask(node, ("put", "a", 1))
    with pytest.raises(TypeError, match="no key"):
        ask(node, request_)
    assert is_alive_with(node, entries=1)


@pytest.mark.parametrize("request_", ["junk", ("put", 1), None, [], 7])
def test_an_unknown_request_is_an_error_at_the_caller_and_costs_no_entries(node: SimNode, request_: Any) -> None:
    ask(node, ("put", "a", 1))
    with pytest.raises(BadRequest):
        ask(node, request_)
    assert is_alive_with(node, entries=1)


def test_a_request_whose_own_methods_raise_costs_no_entries(node: SimNode) -> None:
    class Mine:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError("leave me alone")

        def __hash__(self) -> int:
            return 1

        def __repr__(self) -> str:
            raise RuntimeError("leave me alone")

    ask(node, ("put", "a", 1))
    for request in (Mine(), (Mine(), 1), ("put", Mine(), 1)):
        with pytest.raises((RuntimeError, TypeError)):
            ask(node, request)
    assert is_alive_with(node, entries=1)


def test_a_message_shows_in_the_log(node: SimNode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "apothik.cache")
    node.run(lambda: send(NAME, "hey there"))
    node.world.settle()
    assert caplog.messages == ["'hey there'"]
    assert is_alive_with(node, entries=0)


def test_a_huge_message_makes_one_short_line(node: SimNode, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "apothik.cache")
    node.run(lambda: send(NAME, "x" * 1_000_000))
    node.world.settle()
    assert [len(message) <= 1000 for message in caplog.messages] == [True]


def test_a_cast_is_dropped_with_a_warning_and_costs_no_entries(node: SimNode, caplog: pytest.LogCaptureFixture) -> None:
    ask(node, ("put", "a", 1))
    node.run(lambda: GenServer.cast(NAME, ("put", "b", 2)))
    assert is_alive_with(node, entries=1)
    assert "dropped a cast" in caplog.text


def test_a_second_cache_on_the_node_is_refused(application: SimNode) -> None:
    first = application.run(lambda: process.whereis(NAME))
    with pytest.raises(Exception, match="already started"):
        application.run(lambda: GenServer.start(GenServer, name=NAME))
    assert application.run(lambda: process.whereis(NAME)) == first
