"""The port mapper is absent, dies, or lies: sessions go on, names come back, and nobody is taken for somebody else."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pybeam import GenServer, NodeDown, NodeStartError, node
from pybeam.dist.mapper import names
from tests.integration import acts
from tests.integration.acts import Diary, Echo
from tests.integration.lab import until
from tests.integration.mapping import HERE, Start, free_port, listed, occupied, speaks_http, starting
from tests.integration.nodes import House, Site, here, is_mesh, site_in

pytestmark = pytest.mark.integration

BACK_WITHIN = 6.0
"""Seconds after which every name is registered again."""

AT_ONCE = 1.0
"""Seconds, on a busy machine."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_in(tmp_path) as site:
        yield site


@pytest.fixture
def register(site: Site) -> Iterator[Start]:
    """A function that registers any name with any port, as anybody on the host can."""
    with starting(site.port) as start:
        yield start


@contextmanager
def port_mapper(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A port mapper in an OS process of its own."""
    command = [sys.executable, "-m", "pybeam", "epmd", "--epmd-port", str(site.port)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as mapper:
        try:
            until(lambda: is_served(site))
            yield mapper
        finally:
            mapper.kill()


def is_served(site: Site) -> bool:
    try:
        names(HERE, site.port)
    except Exception:
        return False
    return True


def port_of(site: Site, house: House) -> int:
    """Where a node listens."""
    return dict(names(HERE, site.port))[house.name.partition("@")[0]]


# ---------------------------------------------------------------------- absent


def test_a_port_that_is_no_mappers_is_named_in_the_error(site: Site) -> None:
    why = f"port {site.port} of 127.0.0.1 is occupied by something that is not a port mapper"
    with occupied(site.port, speaks_http), pytest.raises(NodeStartError, match=why):
        site.node("a")


def test_a_killed_mapper_disturbs_no_session_and_the_names_are_back_soon(site: Site) -> None:
    with port_mapper(site) as mapper:
        a, b = site.mesh("a", "b")
        b.does(GenServer.start, Echo, name="echo")
        with acts.calling(a, ("echo", b.name)) as calls:
            mapper.kill()
            killed = time.monotonic()
            until(lambda: listed(site.port) == ["a", "b"], BACK_WITHIN)
            assert time.monotonic() - killed < BACK_WITHIN
    assert calls.errors == []
    assert calls.slowest < AT_ONCE
    assert site.node("c").does(node.ping, a.name) == "pong"
    until(lambda: is_mesh(site.houses))


def test_when_the_node_that_serves_is_killed_the_names_of_the_others_are_back_soon(site: Site) -> None:
    server = site.node("a")
    b, c = others = site.nodes("b", "c")
    assert b.does(node.ping, c.name) == "pong"
    c.does(GenServer.start, Echo, name="echo")
    with acts.calling(b, ("echo", c.name)) as calls:
        for _ in range(2):
            server.kill()
            until(lambda: listed(site.port) == ["b", "c"], BACK_WITHIN)
            server = site.node("a")
            assert server.does(node.ping, b.name) == "pong"
            until(lambda: is_mesh([server, *others]))  # noqa: B023  # called at once
    assert calls.errors == []
    assert calls.slowest < AT_ONCE


# ---------------------------------------------------------------------- lies


def test_a_name_that_leads_to_another_node_makes_no_session(site: Site, register: Start) -> None:
    a, b = mesh = site.mesh("a", "b")
    for house in mesh:
        house.does(GenServer.start, Diary, name="diary")
    register("liar", port_of(site, b))
    register("mirror", port_of(site, a))
    for lie in ("liar", "mirror"):
        seconds, answer = a.does(acts.timed, node.ping, here(lie))
        assert answer == "pang"
        assert seconds < AT_ONCE
        seconds, error = a.does(acts.timed, GenServer.call, ("diary", here(lie)), "for the liar")
        assert isinstance(error, NodeDown)
        assert seconds < AT_ONCE
    assert is_mesh(mesh)
    for house in mesh:
        entries = str(house.does(GenServer.call, "diary", "read"))
        assert "liar" not in entries and "mirror" not in entries


def test_a_name_that_leads_nowhere_is_pang(site: Site, register: Start) -> None:
    a = site.node("a")
    register("closed", free_port())
    register("mapper", site.port)
    for lie in ("closed", "mapper"):
        seconds, answer = a.does(acts.timed, node.ping, here(lie))
        assert answer == "pang"
        assert seconds < AT_ONCE


def test_who_was_hidden_by_a_lie_is_found_when_the_lie_ends(site: Site, register: Start) -> None:
    a, b, victim = site.mesh("a", "b", "c")
    victim.kill()
    until(lambda: is_mesh([a, b]) and listed(site.port) == ["a", "b"])
    lie = register("c", port_of(site, b))
    assert a.does(node.ping, here("c")) == "pang"
    with pytest.raises(NodeStartError, match="already taken"):
        site.node("c")
    lie.stop()
    returned = site.node("c")
    assert a.does(node.ping, here("c")) == "pong"
    until(lambda: is_mesh([a, b, returned]))


def test_a_second_live_node_of_a_name_is_turned_away_and_the_first_keeps_all_its_calls(
    site: Site, tmp_path: Path
) -> None:
    a, b = mesh = site.mesh("a", "b")
    for house in mesh:
        house.does(GenServer.start, Echo, name="echo")
        house.does(node.monitor_nodes)
    (tmp_path / "elsewhere").mkdir()
    with site_in(tmp_path / "elsewhere") as elsewhere, starting(elsewhere.port) as register:
        register("b", port_of(site, b))
        impostor = elsewhere.node("a")
        with acts.calling(b, ("echo", a.name)) as from_b, acts.calling(a, ("echo", b.name)) as from_a:
            for _ in range(5):
                seconds, answer = impostor.does(acts.timed, node.ping, b.name)
                assert answer == "pang"
                assert seconds < AT_ONCE
            seconds, error = impostor.does(acts.timed, GenServer.call, ("echo", b.name), "hello")
            assert isinstance(error, NodeDown)
        assert from_b.errors == from_a.errors == []
        assert impostor.does(node.list) == []
        a.kill()
        assert b.does(acts.next_event)[0] == ("nodedown", here("a"))
        assert impostor.does(node.ping, b.name) == "pong"
        assert b.does(acts.next_event)[0] == ("nodeup", here("a"))


def test_a_host_that_does_not_resolve_is_pang_within_its_time(site: Site) -> None:
    seconds, answer = site.node("a").does(acts.timed, node.ping, "b@no-such-host.invalid")
    assert answer == "pang"
    assert seconds < 6.0
