"""Nodes as OS processes: they find each other, and miss at once who has gone."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from statistics import median

import pytest

from pybeam import (
    BadRpc,
    GenServer,
    NodeDown,
    node,
    process,
    rpc,
    start_node,
    stop_node,
)
from pybeam.runtime.switch import Fiber
from tests.integration import acts
from tests.integration.acts import Diary, Echo, entries, heard_at
from tests.integration.lab import until
from tests.integration.nodes import PATIENCE, Site, here, is_mesh, site_in

pytestmark = pytest.mark.integration

SOON = 1.0
"""Seconds in which "at once" must have happened on a busy machine."""

MISSED_WITHIN = 2.0
"""Seconds in which every node has missed one that was killed."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_in(tmp_path) as site:
        yield site


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Three connected nodes with an `Echo` each, for tests that leave them as they are."""
    with site_in(tmp_path_factory.mktemp("town")) as site:
        for house in site.mesh("a", "b", "c"):
            house.does(GenServer.start, Echo, name="echo")
        yield site


# ---------------------------------------------------------------------- the mesh


def test_who_connects_to_one_node_is_connected_to_all_and_all_to_it_at_once(site: Site) -> None:
    mesh = site.mesh("a", "b", "c")
    newcomer = site.node("d")
    for house in (*mesh, newcomer):
        house.does(node.monitor_nodes)
    began = time.monotonic()
    assert newcomer.does(node.ping, mesh[0].name) == "pong"
    for house in mesh:
        message, when = house.does(acts.next_event)
        assert message == ("nodeup", newcomer.name)
        assert when - began < SOON
    up = [newcomer.does(acts.next_event)[0] for _ in mesh]
    assert sorted(up) == [("nodeup", house.name) for house in mesh]
    assert is_mesh([*mesh, newcomer])


def test_a_hidden_node_can_be_talked_to_and_is_in_nobodys_list(town: Site) -> None:
    a, b, _ = trio = town.houses[:3]
    with town.guest("hidden", hidden=True) as hidden:
        assert hidden.does(node.ping, a.name) == "pong"
        assert hidden.does(GenServer.call, ("echo", a.name), "hello") == "hello"
        assert b.does(rpc.call, hidden.name, node.self) == hidden.name
        assert hidden.does(node.list) == []
        assert is_mesh(trio)


@pytest.mark.parametrize("whom", ["all", "the next one", "the first one"])
def test_five_that_start_at_the_same_instant_form_one_mesh(site: Site, whom: str) -> None:
    names = list(map(here, "vwxyz"))
    houses = [site.house().ready() for _ in names]
    for _ in range(2):
        connected = []
        for place, house in enumerate(houses):
            house.name = names[place]
            others = {"all": names, "the next one": [names[place - 4]], "the first one": names[:1]}[whom]
            connected.append(house.begins(acts.start_and_connect, house.name, others))
        for future in connected:
            future.result(PATIENCE)
        until(lambda: is_mesh(houses))
        for house in houses:
            house.does(stop_node)


def test_who_has_no_name_cannot_connect(town: Site) -> None:
    a, *_ = trio = town.houses[:3]
    with town.guest() as nameless:
        assert nameless.does(node.ping, a.name) == "pang"
        assert nameless.does(node.self) == "nonode@nohost"
        assert nameless.does(rpc.rpc_call, a.name, "os:getpid") == BadRpc("nodedown")
        with pytest.raises(NodeDown):
            nameless.does(GenServer.call, ("echo", a.name), "hello")
    assert is_mesh(trio)


def test_calls_from_twenty_threads_get_each_its_own_answers(town: Site) -> None:
    a, *_ = trio = town.houses[:3]
    servers = [("echo", house.name) for house in trio]
    assert a.does(acts.call_from_threads, 20, servers) == 20 * 20 * len(servers)


# ---------------------------------------------------------------------- the end of a node


def test_a_killed_node_is_missed_by_all_and_the_calls_to_it_fail_at_once(site: Site) -> None:
    *others, victim = site.mesh("a", "b", "c", "d")
    victim.does(GenServer.start, Diary, name="diary")
    call = partial(GenServer.call, ("diary", victim.name), "no answer", timeout=None)
    waiting: list[Future[tuple[float, object]]] = []
    for house in others:
        house.does(node.monitor_nodes)
        waiting += [house.begins(acts.timed, call) for _ in range(3)]
    until(lambda: len(entries(victim)) == len(waiting))
    victim.kill()
    killed = time.monotonic()
    for house in others:
        message, when = house.does(acts.next_event)
        assert message == ("nodedown", victim.name)
        assert when - killed < MISSED_WITHIN
    for result in waiting:
        _, error = result.result(SOON)
        assert isinstance(error, NodeDown) and error.node == victim.name
    assert is_mesh(others)
    seconds, error = others[0].does(acts.timed, call)
    assert isinstance(error, NodeDown) and seconds < SOON


def test_a_stopped_node_is_missed_at_once_and_can_start_again(site: Site) -> None:
    *others, leaver = houses = site.mesh("a", "b", "c")
    for house in others:
        house.does(node.monitor_nodes)
    delays: list[float] = []
    for _ in range(4):
        began = time.monotonic()
        leaver.does(stop_node)
        for house in others:
            message, when = house.does(acts.next_event)
            assert message == ("nodedown", leaver.name)
            delays.append(when - began)
        assert leaver.does(node.self) == "nonode@nohost"
        leaver.starts("c").result(PATIENCE)
        assert leaver.does(node.ping, others[0].name) == "pong"
        for house in others:
            assert house.does(acts.next_event)[0] == ("nodeup", leaver.name)
    assert max(delays) < SOON
    assert median(delays) < 0.1, "it says so itself: whoever only looks at the links does that each half second"
    assert is_mesh(houses)


def test_a_node_lasts_as_long_as_its_with_statement(town: Site) -> None:
    def visit(name: str, host: str) -> tuple[object, ...]:
        with start_node(name):
            inside = node.self(), node.ping(host), GenServer.call(("echo", host), "hello")
        return *inside, node.self(), node.ping(host)

    a, *_ = trio = town.houses[:3]
    with town.guest() as house:
        expected = here("guest"), "pong", "hello", "nonode@nohost", "pang"
        assert house.does(visit, here("guest"), a.name) == expected
        until(lambda: is_mesh(trio), SOON)


def test_a_stopped_node_leaves_no_stacks_behind(site: Site) -> None:
    def start_and_stop(name: str) -> int:
        for _ in range(5):
            start_node(name)
            stop_node()
        gc.collect()
        return sum(isinstance(thing, Fiber) for thing in gc.get_objects())

    assert site.house().does(start_and_stop, here("a")) == 0


PROGRAM = """
from pybeam import node, send, start_node
start_node("guest@127.0.0.1")
assert node.ping("a@127.0.0.1") == "pong"
send(("diary", "a@127.0.0.1"), "last words")
"""


@pytest.mark.parametrize(("ending", "status"), [("", 0), ("1 / 0", 1)], ids=["at its end", "of an exception"])
def test_a_program_that_ends_takes_leave_behind_its_last_words(town: Site, ending: str, status: int) -> None:
    a = town.houses[0]
    a.does(GenServer.start, Diary, name="diary")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM + ending],
        env=town.variables(),
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == status
    guest = here("guest")
    expected = [("nodeup", guest), "last words", ("nodedown", guest)]
    until(lambda: [entry for entry in entries(a) if entry in expected] == expected, SOON)
    a.does(GenServer.stop, "diary")


# ---------------------------------------------------------------------- a node that stands still


def test_a_frozen_node_is_missed_and_rejoins_without_its_old_messages_and_a_busy_one_is_not_missed(site: Site) -> None:
    a, b, busy, frozen = houses = site.mesh("a", "b", "busy", "frozen")
    for house in houses:
        house.does(GenServer.start, Diary, name="diary")
    up, down = ("nodeup", frozen.name), ("nodedown", frozen.name)
    call = partial(GenServer.call, ("diary", frozen.name), timeout=None)
    stuck = a.begins(acts.timed, call, "no answer")
    until(lambda: "no answer" in entries(frozen))
    busy.does(process.spawn, time.sleep, 11.0)  # no scheduler, but libzmq's thread
    with acts.going_on(a, acts.send_and_send, ("diary", frozen.name)):
        frozen.signal(signal.SIGSTOP)
        began = time.monotonic()
        large = b.begins(acts.timed, call, bytes(50_000_000))
        for house in (a, b):
            until(lambda: down in entries(house), 12.0)  # noqa: B023  # called at once
            assert heard_at(house, down) - began < 10.0, "the heartbeats' 8 s, and 2 s"
        for waiting in (stuck, large):
            assert isinstance(waiting.result(SOON)[1], NodeDown)
        missed = heard_at(a, down)
        time.sleep(max(0.0, began + 12.0 - time.monotonic()))
        frozen.signal(signal.SIGCONT)
        until(lambda: ("nodeup", a.name) in entries(frozen), 5.0)
        until(lambda: is_mesh(houses), 5.0)
    told = entries(frozen)
    assert told.index(("nodedown", a.name)) < told.index(("nodeup", a.name))
    for entry in told[told.index(("nodeup", a.name)) :]:
        match entry:
            case ("by name", float(sent)):
                assert sent > missed
    assert [entry for entry in entries(b) if entry in (up, down)] == [down, up]
    assert ("nodedown", busy.name) not in entries(a) + entries(b)
