"""Our port mapper and the one that comes with Erlang take each other's place."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pybeam.dist.mapper import Mapper, PortMapperError, names
from pybeam.errors import NodeStartError
from tests.integration.mapping import HERE, found, free_port, listed, starting, until

EPMD, ERL = shutil.which("epmd"), shutil.which("erl")

pytestmark = [pytest.mark.integration, pytest.mark.skipif(EPMD is None, reason="needs Erlang's epmd")]
needs_erl = pytest.mark.skipif(ERL is None, reason="needs Erlang")


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def real_epmd(port: int) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([str(EPMD), "-port", str(port), "-address", HERE], stderr=subprocess.DEVNULL) as child:
        try:
            until(lambda: is_served(port))
            yield child
        finally:
            child.kill()


@contextmanager
def node(name: str, port: int, at: int = 5000, visible: bool = True) -> Iterator[Mapper]:
    with starting(port) as start:
        yield start(name, at, visible=visible)


@contextmanager
def erlang_node(name: str, port: int, home: Path, code: str) -> Iterator[subprocess.Popen[str]]:
    """A real Erlang node that uses the port mapper on `port` and runs `code`."""
    command = [str(ERL), "-name", f"{name}@{HERE}", "-setcookie", "a_cookie_of_this_test", "-start_epmd", "false"]
    command += ["-kernel", "inet_dist_use_interface", "{127,0,0,1}", "-noshell", "-eval", code]
    environment = {**os.environ, "ERL_EPMD_PORT": str(port), "HOME": str(home)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def is_served(port: int) -> bool:
    try:
        names(HERE, port)
    except PortMapperError:
        return False
    return True


def listing(port: int) -> str:
    """What Erlang's own tool prints."""
    command = [str(EPMD), "-port", str(port), "-names"]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout


# A real epmd serves, we are its clients.


def test_a_real_epmd_is_used_as_it_is(port: int) -> None:
    with real_epmd(port), node("a", port, 5001) as a, node("b", port, 5002, visible=False):
        assert listing(port) == (
            f"epmd: up and running on port {port} with data:\nname b at port 5002\nname a at port 5001\n"
        )
        assert sorted(names(HERE, port)) == [("a", 5001), ("b", 5002)]
        assert found(a, f"b@{HERE}") == f"tcp://{HERE}:5002"
        assert found(a, f"c@{HERE}") is None


def test_a_name_that_a_real_epmd_has_given_away_is_refused(port: int) -> None:
    with real_epmd(port), node("a", port):
        with pytest.raises(NodeStartError, match="'a' is already taken"), node("a", port):
            pass
        assert listed(port) == ["a"]


def test_a_stopped_node_is_gone_from_a_real_epmd(port: int) -> None:
    with real_epmd(port):
        with node("a", port):
            assert listed(port) == ["a"]
        until(lambda: listed(port) == [] and is_served(port))


def test_when_a_real_epmd_is_killed_we_take_its_place(port: int) -> None:
    with real_epmd(port) as epmd, node("a", port, 5001), node("b", port, 5002):
        epmd.kill()
        epmd.wait()
        until(lambda: listed(port) == ["a", "b"], seconds=6)
        assert "name a at port 5001\n" in listing(port)


# We serve, Erlang is our client.


def test_erlangs_tool_lists_our_nodes(port: int) -> None:
    with node("apothik_1", port, 5001), node("apothik_2", port, 5002):
        assert listing(port) == (
            f"epmd: up and running on port {port} with data:\n"
            "name apothik_1 at port 5001\nname apothik_2 at port 5002\n"
        )


def test_a_real_epmd_that_starts_later_leaves_us_the_port(port: int) -> None:
    with node("a", port):
        subprocess.run([str(EPMD), "-port", str(port), "-address", HERE], capture_output=True, timeout=10)
        assert listed(port) == ["a"]


def test_erlangs_tool_cannot_end_our_mapper(port: int) -> None:
    with node("a", port) as a:
        subprocess.run([str(EPMD), "-port", str(port), "-kill"], capture_output=True, timeout=10)
        assert listed(port) == ["a"]
        assert found(a, f"a@{HERE}") is not None


@needs_erl
def test_real_nodes_find_each_other_through_our_mapper(port: int, tmp_path: Path) -> None:
    code = f"""
        Pong = net_adm:ping('e1@{HERE}'),
        {{ok, Names}} = erl_epmd:names({{127,0,0,1}}),
        io:format("~p~n", [[Pong, lists:sort(Names)]]),
        halt().
    """
    with node("a", port, 5001) as a, erlang_node("e1", port, tmp_path, "ok."):
        until(lambda: found(a, f"e1@{HERE}") is not None)
        with erlang_node("e2", port, tmp_path, code) as e2:
            out, _ = e2.communicate(timeout=20)
        assert out.startswith('[pong,[{"a",5001},{"e1",')
    # A real node is registered, so it is found; that it speaks another protocol is for HELLO to see to.


@needs_erl
def test_a_real_node_is_refused_a_name_that_we_have_given_away(port: int, tmp_path: Path) -> None:
    with node("e1", port, 5001), erlang_node("e1", port, tmp_path, "halt().") as e1:
        out, _ = e1.communicate(timeout=20)
        assert "in use by another Erlang node" in out
        assert listed(port) == ["e1"]


@needs_erl
def test_a_real_nodes_name_is_free_when_it_has_ended(port: int, tmp_path: Path) -> None:
    with node("a", port, 5001):
        with erlang_node("e1", port, tmp_path, "ok."):
            until(lambda: len(listed(port)) == 2)
        until(lambda: listed(port) == ["a"])
