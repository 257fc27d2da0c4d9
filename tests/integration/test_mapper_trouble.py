"""The port mapper dies, or its input is bad: names are back soon, and nobody is kept out."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from pybeam.dist import epmd, epmd_server
from pybeam.dist.mapper import names
from tests.integration.mapping import (
    HERE,
    Start,
    connect,
    found,
    free_port,
    is_cut,
    is_silent,
    listed,
    occupied,
    process,
    servers,
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


# Losing the mapper


@pytest.mark.parametrize("attempt", range(5))
def test_when_the_server_stops_one_takes_over_and_all_register_again(start: Start, port: int, attempt: int) -> None:
    nodes = [start(name) for name in "abcde"]
    nodes[0].stop()
    until(lambda: listed(port) == [*"bcde"])
    assert servers(nodes[1:]) == 1


def test_when_the_server_is_killed_one_takes_over_and_all_register_again(start: Start, port: int) -> None:
    with process(port, "a", "b") as child:
        nodes = [start(name) for name in "cde"]
        child.kill()
        until(lambda: listed(port) == [*"cde"])
    assert found(nodes[0], f"e@{HERE}") == f"tcp://{HERE}:5000"


def test_a_lookup_while_the_mapper_is_replaced_waits_for_the_next_one(start: Start) -> None:
    server, asker = start("a"), start("b")
    assert found(asker, f"a@{HERE}") is not None
    server.stop()
    assert found(asker, f"b@{HERE}") == f"tcp://{HERE}:5000"


def test_a_name_lost_to_another_meanwhile_is_told_once_and_taken_back_when_free(
    start: Start, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "pybeam.dist.mapper")
    jitter = iter([20.0])  # 0.6 s before the first attempt: time enough for the thief
    server, victim = start("server"), start("a", 5001, jitter=lambda: next(jitter, 0.5))
    server.stop()
    thief = start("a", 5002)
    until(lambda: "name 'a' is already taken" in caplog.text)
    assert found(victim, f"a@{HERE}") == f"tcp://{HERE}:5002"
    thief.stop()
    until(lambda: "registered" in caplog.messages[-1])
    assert names(HERE, port) == [("a", 5001)]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_stopped_node_gives_its_name_back_and_answers_none(start: Start, port: int) -> None:
    start("a")
    node = start("b")
    node.stop()
    node.stop()
    assert found(node, f"a@{HERE}") is None
    until(lambda: listed(port) == ["a"])


def test_every_lookup_under_way_at_a_stop_is_answered(start: Start) -> None:
    node, answers = start("a"), list[str | None]()
    for _ in range(200):
        node.lookup(f"a@{HERE}", answers.append)
    node.stop()
    assert len(answers) == 200


def test_an_answer_that_raises_harms_nobody(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    def refuse(address: str | None) -> None:
        raise RuntimeError("I do not want it")

    node = start("a")
    node.lookup(f"a@{HERE}", refuse)
    assert found(node, f"a@{HERE}") is not None
    assert "I do not want it" in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_the_child_of_a_fork_holds_neither_the_name_nor_the_port(start: Start, port: int) -> None:
    then = """
if os.fork() == 0:
    mapper.forget_after_fork()
    print(os.getpid(), flush=True)
time.sleep(60)
"""
    with process(port, "a", then=then) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            node = start("b")
            assert listed(port) == ["a", "b"]
            parent.kill()
            parent.wait()
            until(lambda: listed(port) == ["b"])
            assert servers([node]) == 1
        finally:
            os.kill(child, signal.SIGKILL)


# Bad input


def test_a_mapper_that_lies_is_believed_and_one_that_hangs_is_given_up_in_2_seconds(start: Start, port: int) -> None:
    # That a lie makes no session of a wrong name is for HELLO to see to.
    node = start("a")

    def lie(line: socket.socket) -> None:
        line.recv(1000)
        line.sendall(epmd.pack_port(epmd.Alive("other", 1)))
        line.close()

    with occupied(port, lie, "127.0.0.3"):
        assert found(node, "b@127.0.0.3") == "tcp://127.0.0.3:1"
    with occupied(port, is_silent, "127.0.0.3"):
        begin = time.monotonic()
        assert found(node, "b@127.0.0.3") is None
        assert time.monotonic() - begin < 3


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\xff" + bytes(63),
        b"\x00\x01k",
        b"\x00\x03z\xff\xfe",
        b"\x00\x01nn",
        b"\x00\x00",
    ],
)
def test_garbage_is_cut_off_and_the_mapper_lives(start: Start, port: int, garbage: bytes) -> None:
    node = start("a")
    with connect(port) as line:
        line.sendall(garbage)
        assert is_cut(line)
    assert found(node, f"a@{HERE}") is not None


@pytest.mark.parametrize("first", [b"\x02\x58z", b"\xff\xff", epmd.pack_request(epmd.Alive("b", 5000))])
def test_a_stream_without_end_is_cut_off_early(start: Start, port: int, first: bytes) -> None:
    node = start("a")
    sent = 0
    with connect(port) as line, suppress(ConnectionError):
        line.sendall(first)
        while sent < 300_000_000:
            sent += line.send(b"a" * 100_000)
    assert sent < 30_000_000
    assert found(node, f"a@{HERE}") is not None
    until(lambda: listed(port) == ["a"])


def test_silent_connections_keep_nobody_out(start: Start, port: int) -> None:
    node = start("a")
    with ExitStack() as stack:
        idle = [stack.enter_context(connect(port)) for _ in range(400)]
        begin = time.monotonic()
        assert found(node, f"a@{HERE}") is not None
        assert start("b") is not None
        assert time.monotonic() - begin < 1
        # Only so many may be silent at once: the oldest make place.
        assert is_cut(idle[0])
    assert listed(port) == ["a", "b"]


@pytest.mark.parametrize(("limit", "files"), [(4, 1000), (1000, 8)])
def test_one_who_registers_names_without_end_gets_only_so_many(
    start: Start, port: int, monkeypatch: pytest.MonkeyPatch, limit: int, files: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(epmd_server, "MAX_NAMES", limit)
        patch.setattr("resource.getrlimit", lambda which: (files, files))
        node = start("a")
    with ExitStack() as stack:
        granted = []
        for n in range(8):
            line = stack.enter_context(connect(port))
            line.sendall(epmd.pack_request(epmd.Alive(f"n{n}", 5000)))
            granted.append(epmd.unpack_registered(line.recv(2))[0])
        assert granted == [True] * 3 + [False] * 5
        assert found(node, f"a@{HERE}") is not None and len(listed(port)) == 4
    until(lambda: listed(port) == ["a"])
    assert start("b") is not None


def test_a_connection_that_stays_silent_is_cut_after_a_while(port: int) -> None:
    from pybeam.dist.desk import run
    from pybeam.dist.epmd_server import Server

    async def serve() -> float:
        import asyncio

        server = Server(HERE, port, creation=1, idle=0.2)
        await server.open()
        begin = time.monotonic()
        reader, writer = await asyncio.open_connection(HERE, port)
        writer.write(b"\x00")
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        await server.close()
        return time.monotonic() - begin

    assert 0.1 < run(serve()) < 2


@pytest.mark.parametrize("turns", range(4))
def test_a_server_that_closes_leaves_no_half_accepted_connection(port: int, turns: int) -> None:
    from pybeam.dist.desk import run
    from pybeam.dist.epmd_server import Server

    async def serve() -> list[object]:
        import asyncio

        complaints: list[object] = []
        loop = asyncio.get_running_loop()
        loop.set_debug(True)  # else it keeps a cancelled accept to itself
        loop.set_exception_handler(lambda loop, context: complaints.append(context))
        server = Server(HERE, port, creation=1)
        await server.open()
        with ExitStack() as stack:
            lines = [stack.enter_context(connect(port)) for _ in range(20)]
            for _ in range(turns):
                await asyncio.sleep(0)
            await server.close()
            await asyncio.sleep(0)
            assert all(is_cut(line) for line in lines)
        return complaints

    assert run(serve()) == []
