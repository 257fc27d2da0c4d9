"""Nodes as OS processes: they find each other, miss each other, and take nobody for somebody else."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from pybeam import BadRpc, GenServer, NodeDown, NodeStartError, NoProcess, Pid, node, rpc, start_node, stop_node
from pybeam.runtime.calls import Dest
from pybeam.runtime.signals import From
from tests.integration import acts
from tests.integration.acts import Diary, Echo
from tests.integration.lab import until
from tests.integration.mapping import listed
from tests.integration.nodes import PATIENCE, House, Site, here, is_mesh, site_in

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


def entries(house: House, server: Dest = "diary") -> list[object]:
    """What is in a `Diary`."""
    read = house.does(GenServer.call, server, "read")
    assert isinstance(read, list)
    return read


def heard_at(house: House, event: tuple[str, str]) -> float:
    """When the `Diary` of a node has heard of a node's coming or going for the last time."""
    times = house.does(GenServer.call, "diary", "times")
    assert isinstance(times, dict)
    return float(times[event])


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
    for _ in range(3):
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
    for _ in range(3):
        began = time.monotonic()
        leaver.does(stop_node)
        for house in others:
            message, when = house.does(acts.next_event)
            assert message == ("nodedown", leaver.name)
            assert when - began < SOON
        assert leaver.does(node.self) == "nonode@nohost"
        leaver.starts("c").result(PATIENCE)
        assert leaver.does(node.ping, others[0].name) == "pong"
        for house in others:
            assert house.does(acts.next_event)[0] == ("nodeup", leaver.name)
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


def test_of_two_threads_that_start_a_node_at_once_one_is_refused(town: Site) -> None:
    def both(*names: str) -> list[str]:
        errors: list[str] = []

        def start(name: str) -> None:
            try:
                start_node(name)
            except NodeStartError as error:
                errors.append(str(error))

        threads = [Thread(target=start, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [*errors, node.self()]

    with town.guest() as house:
        [error, name] = house.does(both, here("x"), here("y"))
        assert f"this OS process is the node {name} already" in error
        assert [short for short in listed(town.port) if short in "xy"] == [name[0]]


def test_a_server_that_starts_while_the_node_gets_its_name_runs_on(town: Site) -> None:
    def race(name: str) -> tuple[object, ...]:
        starting = Thread(target=start_node, args=(name,))
        starting.start()
        GenServer.start(Echo, name="echo")
        starting.join()
        return node.self(), GenServer.call("echo", "still here")

    with town.guest() as house:
        assert house.does(race, here("x")) == (here("x"), "still here")


class Starter(GenServer):
    """Makes its node the one that it is asked for."""

    def handle_call(self, request: str, from_: From) -> str:
        start_node(request)
        return node.ping(here("a"))


def test_a_callback_can_start_the_node(town: Site) -> None:
    with town.guest() as house:
        house.does(GenServer.start, Starter, name="starter")
        assert house.does(GenServer.call, "starter", here("x")) == "pong"
        assert house.does(node.self) == here("x")


# ---------------------------------------------------------------------- who is who


def test_nothing_meant_for_a_killed_node_reaches_the_next_of_its_name(site: Site) -> None:
    a, victim = site.mesh("a", "b")
    pid = victim.does(GenServer.start, Diary, name="diary")
    with acts.going_on(a, acts.send_and_send, ("diary", here("b"))):
        for _ in range(4):
            successor = site.house().ready()
            until(lambda: ("by pid", pid) in entries(victim))  # noqa: B023  # called at once
            victim.kill()
            killed, old = time.monotonic(), pid
            successor.starts("b").result(PATIENCE)
            victim, pid = successor, successor.does(GenServer.start, Diary, name="diary")
            assert pid.number == old.number, "a pid of the old node must look like one of the new"
            until(lambda: ("by pid", pid) in entries(victim))  # noqa: B023  # called at once
            for entry in entries(victim):
                match entry:
                    case ("by name", float(sent)):
                        assert sent > killed
                    case ("by pid", Pid() as meant):
                        assert meant == pid
            with pytest.raises(NoProcess):
                a.does(GenServer.call, old, "read")


def test_a_name_that_is_taken_is_refused_and_its_owner_keeps_all_its_calls(town: Site) -> None:
    a, b, _ = trio = town.houses[:3]
    with acts.calling(b, ("echo", a.name)) as calls, town.guest() as late:
        for _ in range(3):
            with pytest.raises(NodeStartError, match="the name 'a' is already taken on this host"):
                late.starts("a").result(PATIENCE)
    assert calls.errors == []
    assert calls.answered > 100
    assert calls.slowest < SOON
    assert is_mesh(trio)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nobody", "write it as 'name@host'"),
        ("a b@127.0.0.1", "only letters"),
        ("a" * 250 + "@127.0.0.1", "longer than 255 bytes"),
        ("a@no-such-host.invalid", "'no-such-host.invalid': it does not resolve"),
        ("a@192.0.2.1", "'192.0.2.1': it is no address of this machine"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_what_is_wrong(town: Site, name: str, why: str) -> None:
    with town.guest() as house, pytest.raises(NodeStartError, match=why):
        house.does(start_node, name)


# ---------------------------------------------------------------------- a node that stands still


def test_a_frozen_node_is_missed_and_when_it_goes_on_it_rejoins_without_its_old_messages(site: Site) -> None:
    *others, frozen = houses = site.mesh("a", "b", "c")
    for house in houses:
        house.does(GenServer.start, Diary, name="diary")
    a = others[0]
    stuck = a.begins(acts.timed, partial(GenServer.call, ("diary", frozen.name), "no answer", timeout=None))
    until(lambda: "no answer" in entries(frozen))
    with acts.going_on(a, acts.send_and_send, ("diary", frozen.name)):
        frozen.signal(signal.SIGSTOP)
        began = time.monotonic()
        large = others[1].begins(
            acts.timed, partial(GenServer.call, ("diary", frozen.name), bytes(50_000_000), timeout=None)
        )
        for house in others:
            until(lambda: ("nodedown", frozen.name) in entries(house), 12.0)  # noqa: B023  # called at once
            assert heard_at(house, ("nodedown", frozen.name)) - began < 10.0, "the heartbeats' 8 s, and 2 s"
        for call in (stuck, large):
            assert isinstance(call.result(SOON)[1], NodeDown)
        missed = heard_at(a, ("nodedown", frozen.name))
        time.sleep(max(0.0, began + 12.0 - time.monotonic()))
        frozen.signal(signal.SIGCONT)
        resumed = time.monotonic()
        until(lambda: ("nodeup", a.name) in entries(frozen), 5.0)
        print("rejoined", time.monotonic() - resumed, missed - began)
        until(lambda: is_mesh(houses), 5.0)
        print("rejoined", time.monotonic() - resumed)
    told = entries(frozen)
    assert told.index(("nodedown", a.name)) < told.index(("nodeup", a.name))
    for entry in told[told.index(("nodeup", a.name)) :]:
        match entry:
            case ("by name", float(sent)):
                assert sent > missed
