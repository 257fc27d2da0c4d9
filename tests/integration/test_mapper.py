"""Nodes find each other through the port mapper that they serve themselves, on real sockets."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from pybeam.dist import epmd
from pybeam.dist.mapper import PortMapperError, names
from pybeam.errors import NodeStartError
from tests.integration.mapping import (
    HERE,
    PROJECT,
    Start,
    closes,
    connect,
    found,
    free_port,
    is_silent,
    listed,
    occupied,
    process,
    servers,
    speaks_http,
    starting,
    until,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(port: int) -> Iterator[Start]:
    with starting(port) as start:
        yield start


# Names


def test_a_node_finds_every_node_of_its_host_and_itself(start: Start) -> None:
    first, second = start("a", 5001), start("b", 5002)
    for asker in (first, second):
        assert found(asker, f"a@{HERE}") == f"tcp://{HERE}:5001"
        assert found(asker, f"b@{HERE}") == f"tcp://{HERE}:5002"


def test_a_name_that_nobody_has_is_found_to_be_nobodys(start: Start) -> None:
    assert found(start("a"), f"b@{HERE}") is None


@pytest.mark.parametrize("name", ["a", "a@no.such.host.invalid", "a@127.0.0.9", "a b@127.0.0.1", "@", ""])
def test_a_name_that_cannot_be_found_is_answered_with_none(start: Start, name: str) -> None:
    assert found(start("a"), name) is None


def test_a_restarted_node_is_found_at_its_new_port_at_once(start: Start) -> None:
    asker = start("a")
    for at in range(6000, 6020):
        node = start("b", at)
        assert found(asker, f"b@{HERE}") == f"tcp://{HERE}:{at}"
        node.stop()


def test_a_node_is_registered_as_visible_or_hidden(start: Start, port: int) -> None:
    start("seen"), start("unseen", visible=False)
    for name, kind in (("seen", epmd.VISIBLE), ("unseen", epmd.HIDDEN)):
        with connect(port) as line:
            line.sendall(epmd.pack_request(epmd.PortPlease(name)))
            node = epmd.unpack_port(line.makefile("rb").read())
        assert node == epmd.Alive(name, 5000, kind)


def test_a_node_at_another_address_is_found_there_and_listed_at_the_loopback(start: Start, port: int) -> None:
    near, far = start("near", 5001), start("far", 5002, host="127.0.0.2")
    assert found(near, "far@127.0.0.2") == "tcp://127.0.0.2:5002"
    assert found(far, f"near@{HERE}") == f"tcp://{HERE}:5001"
    until(lambda: listed(port) == ["far", "near"])
    assert listed(port, "127.0.0.2") == ["far"]


@pytest.mark.parametrize(("host", "address"), [("localhost", HERE), ("127.0.0.2", "127.0.0.2")])
def test_an_address_is_a_number_and_never_a_name_that_must_be_resolved(start: Start, host: str, address: str) -> None:
    here, asker = start("a", 5001, host=host), start("b")
    for node in (here, asker):
        assert found(node, f"a@{host}") == f"tcp://{address}:5001"


# Starting


@pytest.mark.parametrize("attempt", range(10))
def test_five_that_start_at_once_are_registered_with_exactly_one_server(start: Start, port: int, attempt: int) -> None:
    ready, started = threading.Barrier(5), []

    def one(name: str) -> None:
        ready.wait()
        started.append(start(name))

    threads = [threading.Thread(target=one, args=(name,)) for name in "abcde"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert listed(port) == [*"abcde"]
    assert servers(started) == 1


def test_a_taken_name_is_refused_and_its_first_owner_is_not_disturbed(start: Start, port: int) -> None:
    first = start("a", 5001)
    with pytest.raises(NodeStartError, match=f"name 'a' is already taken on this host: the port mapper {HERE}:{port}"):
        start("a", 5002)
    assert found(first, f"a@{HERE}") == f"tcp://{HERE}:5001"


def test_a_killed_nodes_name_can_be_had_at_once(start: Start, port: int) -> None:
    start("server")
    for _ in range(5):
        with process(port, "a") as child:
            child.kill()
            child.wait()
            start("a").stop()


def test_a_host_that_does_not_resolve_is_told(start: Start) -> None:
    with pytest.raises(NodeStartError, match=r"no\.such\.host\.invalid"):
        start("a", host="no.such.host.invalid")


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (speaks_http, r"occupied by something that is not a port mapper: it answered b'HT'; .*--epmd-port"),
        (closes, r"occupied by something that is not a port mapper: it closed .*--epmd-port"),
        (is_silent, r"nothing answers on port .*--epmd-port"),
    ],
)
def test_a_port_that_something_else_has_is_told(
    start: Start, port: int, behave: Callable[[socket.socket], None], why: str
) -> None:
    with occupied(port, behave), pytest.raises(NodeStartError, match=why):
        start("a", timeout=1.0)


def test_a_node_that_could_not_start_leaves_no_thread(start: Start) -> None:
    start("a")
    before = threading.active_count()
    with pytest.raises(NodeStartError):
        start("a")
    assert threading.active_count() == before


# The command line's calls


def test_names_of_a_port_that_nobody_serves_is_a_clear_error(port: int) -> None:
    with pytest.raises(PortMapperError, match=f"no port mapper can be reached at {HERE}:{port}"):
        names(HERE, port)


def test_names_of_a_port_that_something_else_has_is_a_clear_error(port: int) -> None:
    with occupied(port, speaks_http), pytest.raises(PortMapperError, match="is not a port mapper's"):
        names(HERE, port)


STANDALONE = "from pybeam.dist.mapper import serve_forever as s; s({port}, ready=lambda: print('ready', flush=True))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_standalone_mapper_serves_until_it_is_told_to_end(start: Start, port: int, number: signal.Signals) -> None:
    command = [sys.executable, "-X", "dev", "-c", STANDALONE.format(port=port)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=-1, stderr=-1, text=True) as child:
        try:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            node = start("a")
            assert listed(port) == ["a"]
            assert servers([node]) == 0
            child.send_signal(number)
            assert child.communicate(timeout=5) == ("", "")
            assert child.returncode == 0
        finally:
            child.kill()
    until(lambda: listed(port) == ["a"])


def test_a_standalone_mapper_for_a_port_that_is_taken_is_a_clear_error(start: Start, port: int) -> None:
    start("a")
    child = subprocess.run(
        [sys.executable, "-c", STANDALONE.format(port=port)], cwd=PROJECT, capture_output=True, text=True, timeout=20
    )
    assert child.returncode != 0
    assert f"PortMapperError: cannot serve as a port mapper on port {port}: " in child.stderr


def test_nothing_is_left_behind_at_the_end_of_a_program(port: int) -> None:
    # In development mode Python tells of every socket, loop and task that was not closed.
    code = f"""
from pybeam.dist.mapper import Mapper
nodes = [Mapper(f"{{name}}@127.0.0.1", "tcp://127.0.0.1:1", port={port}) for name in "abc"]
for node in nodes:
    node.start()
for _ in range(50):
    nodes[1].lookup("c@127.0.0.1", lambda address: None)
nodes[0].stop()
for node in nodes[1:]:
    node.stop()
"""
    child = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=20
    )
    assert (child.returncode, child.stdout, child.stderr) == (0, "", "")
