"""Names and identities: nobody is taken for somebody else, and what has no right to a name does not get it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from pybeam import (
    GenServer,
    NodeStartError,
    NoProcess,
    NoReply,
    Pid,
    node,
    process,
    send,
    start_node,
)
from pybeam.runtime.calls import Dest
from pybeam.runtime.signals import From
from tests.integration import acts
from tests.integration.acts import Diary, Echo, entries
from tests.integration.lab import until
from tests.integration.mapping import listed
from tests.integration.nodes import PATIENCE, Site, here, is_mesh, site_in

pytestmark = pytest.mark.integration

SOON = 1.0
"""Seconds in which "at once" must have happened on a busy machine."""


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


# ---------------------------------------------------------------------- who is meant


class PassesOn(GenServer):
    """Has somebody else answer."""

    def handle_call(self, request: Dest, from_: From) -> NoReply:
        send(request, from_)
        return NoReply()


class Answers(GenServer):
    """Answers the calls that are passed on to it."""

    def handle_info(self, message: From) -> None:
        GenServer.reply(message, process.self())


def test_a_call_and_a_pid_that_are_passed_on_mean_the_same_on_a_third_node(town: Site) -> None:
    a, b, c = town.houses[:3]
    b.does(GenServer.start, PassesOn, name="passes on")
    third = c.does(GenServer.start, Answers, name="answers")
    assert a.does(GenServer.call, ("passes on", b.name), ("answers", c.name)) == third
    assert a.does(GenServer.call, ("passes on", b.name), third) == third
    for house, name in ((b, "passes on"), (c, "answers")):
        house.does(GenServer.stop, name)


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
        ("a@0.0.0.0", "one address"),
        ("a@[::]", "one address"),
        ("a" * 250 + "@127.0.0.1", "longer than 255 bytes"),
        ("a@no-such-host.invalid", "'no-such-host.invalid': it does not resolve"),
        ("a@192.0.2.1", "'192.0.2.1': it is no address of this machine"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_what_is_wrong(town: Site, name: str, why: str) -> None:
    with town.guest() as house, pytest.raises(NodeStartError, match=why):
        house.does(start_node, name)


# ---------------------------------------------------------------------- who one is


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
