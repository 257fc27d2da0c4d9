"""The prompt's helpers, on the very node that they ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apothik.master import Master
from apothik.server import NAME
from pybeam import GenServer, NodeDown, process
from pybeam.testing.world import SimNode

pytestmark = pytest.mark.usefixtures("alone")

windows = pytest.mark.parametrize("window", [1, 7, 1000])


def test_each_helper_goes_through_the_node_of_that_number(node: SimNode) -> None:
    def session() -> list[Any]:
        return [Master.put(1, "toto", 12), Master.get(1, "toto"), Master.stat(1), Master.delete(1, "toto")]

    assert node.run(session) == ["ok", 12, 1, "ok"]
    for helper in (lambda: Master.stat(2), lambda: Master.get(2, "toto"), lambda: Master.delete(2, "toto")):
        with pytest.raises(NodeDown, match=r"apothik_2@127\.0\.0\.1"):
            node.run(helper)


def test_what_is_no_key_is_a_type_error_here(node: SimNode) -> None:
    with pytest.raises(TypeError):
        node.run(lambda: Master.put(1, {1}, 2))
    assert node.run(lambda: Master.stat(1)) == 0


@windows
def test_fill_puts_the_storys_pairs(node: SimNode, window: int) -> None:
    assert node.run(lambda: Master.fill(1, 50, window=window)) == "ok"
    assert node.run(lambda: [Master.get(1, f"k_1_{j}") for j in range(1, 51)]) == list(range(1, 51))
    assert node.run(lambda: Master.stat(1)) == 50


@windows
def test_filling_with_nothing_is_ok(node: SimNode, window: int) -> None:
    assert node.run(lambda: Master.fill(1, 0, window=window)) == "ok"


@pytest.mark.parametrize(("n", "window"), [(-1, 1), (1, 0), (1, -3)])
def test_numbers_that_make_no_sense_are_refused(node: SimNode, n: int, window: int) -> None:
    with pytest.raises(ValueError, match="n is at least 0 and window at least 1"):
        node.run(lambda: Master.fill(1, n, window=window))


@windows
def test_filling_through_a_node_that_is_down_says_so_once(
    node: SimNode, window: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NodeDown, match=r"apothik_2@127\.0\.0\.1"):
        node.run(lambda: Master.fill(2, 50, window=window))
    assert caplog.messages == []


@windows
def test_fill_leaves_no_process_and_no_message_behind(node: SimNode, window: int) -> None:
    def session() -> tuple[int, int, list[Any]]:
        process.send(process.self(), "mine")
        before = len(process.list())
        Master.fill(1, 50, window=window)
        return before, len(process.list()), process.flush()

    before, after, messages = node.run(session)
    assert (after, messages) == (before, ["mine"])


@windows
def test_an_interrupted_fill_leaves_no_process_and_no_message_behind(
    node: SimNode, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[int] = []

    def slow_call(door: tuple[str, str], put_: tuple[str, str, int]) -> None:
        process.sleep(1.0)
        put.append(put_[2])

    def session() -> None:
        process.trap_exit()
        try:
            Master.fill(1, 10**9, window=window)
        finally:
            assert process.flush() == []

    monkeypatch.setattr("apothik.master.GenServer.call", slow_call)
    processes = len(node.run(process.list))
    filling = node.spawn(session)
    node.world.advance(2.5)
    filling.resume_with_error(KeyboardInterrupt())  # which is what Ctrl-C does to a waiting call
    node.world.advance(10.0)
    assert len(put) == 2 * window
    assert len(node.run(process.list)) == processes


def test_a_window_is_how_many_puts_are_under_way_at_once(node: SimNode, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way: set[int] = set()
    most: list[int] = []

    def slow_call(door: tuple[str, str], put: tuple[str, str, int]) -> str:
        _, _, value = put
        under_way.add(value)
        most.append(len(under_way))
        process.sleep(1.0)
        under_way.discard(value)
        return "ok"

    monkeypatch.setattr("apothik.master.GenServer.call", slow_call)
    node.run(lambda: Master.fill(1, 100, window=10))
    assert max(most) == 10
    assert node.world.clock.now() == 10.0


def test_a_failure_stops_the_others_from_taking_more(node: SimNode, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def failing_call(door: tuple[str, str], put: tuple[str, str, int]) -> str:
        _, _, value = put
        asked.append(value)
        process.sleep(value / 10)
        if value == 3:
            raise NodeDown(door[1])
        return "ok"

    monkeypatch.setattr("apothik.master.GenServer.call", failing_call)
    with pytest.raises(NodeDown):
        node.run(lambda: Master.fill(1, 1000, window=5))
    assert len(asked) <= 10


def test_no_bar_is_drawn_where_there_is_no_terminal(node: SimNode, capsys: pytest.CaptureFixture[str]) -> None:
    node.run(lambda: Master.fill(1, 10))
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_a_bar_counts_to_the_end(node: SimNode, fake_terminal: Callable[[], str]) -> None:
    node.run(lambda: Master.fill(1, 10))
    assert "10/10" in fake_terminal()


@pytest.fixture
def fake_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes any file for a terminal
    monkeypatch.setenv("TERM", "xterm")
    return lambda: capsys.readouterr().out


def test_the_cache_is_asked_by_its_registered_name(node: SimNode) -> None:
    node.run(lambda: Master.put(1, 1, "something"))
    assert node.run(lambda: GenServer.call((NAME, "apothik_1@127.0.0.1"), ("get", 1))) == "something"
