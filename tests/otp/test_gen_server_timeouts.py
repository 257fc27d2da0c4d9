"""GenServer: the timeouts that callbacks return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.otp.directives import Continue, NoReply, Reply
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    send,
    sleep,
)
from pybeam.runtime.switch import current
from pybeam.terms import Pid
from pybeam.testing.inside import Solo, inside
from tests.otp.scripted import Scripted

TIMEOUTS: dict[str, Callable[[Pid, float], Any]] = {
    "cast": lambda server, seconds: GenServer.cast(server, lambda it: NoReply(seconds)),
    "info": lambda server, seconds: send(server, lambda it: NoReply(seconds)),
    "call": lambda server, seconds: GenServer.call(server, lambda it, from_: Reply("ok", seconds)),
    "continue": lambda server, seconds: GenServer.cast(server, lambda it: Continue(lambda it: seconds)),
}


@pytest.mark.parametrize("way", TIMEOUTS)
def test_a_server_that_hears_nothing_gets_its_timeout_once(way: str) -> None:
    @inside
    def story() -> None:
        server = GenServer.start(Scripted)
        TIMEOUTS[way](server, 5.0)
        sleep(4.9)
        assert len([m for m in _peek(server) if m == "timeout"]) == 0
        sleep(10)
        assert len([m for m in _peek(server) if m == "timeout"]) == 1

    story()


def _peek(server: Pid) -> list[Any]:
    """What `handle_info` has seen, without sending a message that would forestall a timeout."""
    process = current()
    assert process is not None
    return list(process.runtime.processes[server.number].behaviour.seen)


@inside
def test_a_timeout_returned_by_init_counts_from_then() -> None:
    server = GenServer.start(Scripted, lambda it: 2.0)
    sleep(3)
    assert _peek(server) == ["timeout"]


@inside
def test_any_message_forestalls_the_timeout() -> None:
    server = GenServer.start(Scripted, lambda it: 2.0)
    sleep(1)
    send(server, "hello")
    sleep(10)
    assert _peek(server) == ["hello"]


def test_a_timeout_that_is_overtaken_by_a_message_is_forgotten() -> None:
    # The timeout is in the mailbox already, behind a message that came just before it.
    node = Solo()
    server = node.run(GenServer.start, Scripted, lambda it: 2.0)
    process = node.runtime.processes[server.number]
    node.clock.advance(2.0)
    node.runtime.deliver(process, "just in time")
    node.settle()
    assert process.behaviour.seen == ["just in time"]


def test_a_timeout_that_was_overtaken_is_not_taken_for_the_next() -> None:
    node = Solo()
    server = node.run(GenServer.start, Scripted, lambda it: 2.0)
    process = node.runtime.processes[server.number]
    node.clock.advance(2.0)
    node.runtime.deliver(process, lambda it: NoReply(5.0))
    node.advance(4.9)
    assert "timeout" not in process.behaviour.seen
    node.advance(0.2)
    assert process.behaviour.seen[1:] == ["timeout"]


def test_timeouts_that_were_forestalled_do_not_pile_up() -> None:
    node = Solo()
    server = node.run(GenServer.start, Scripted, lambda it: 3600.0)

    def talk() -> None:
        for _ in range(5000):
            GenServer.call(server, lambda it, from_: Reply("ok", 3600.0))

    node.run(talk)
    assert len(node.runtime.timers) < 1000
    assert node.runtime.timers.next() >= 3600.0


def test_the_timeout_of_a_server_that_has_ended_harms_nobody() -> None:
    node = Solo()
    server = node.run(GenServer.start, Scripted, lambda it: 5.0)
    node.run(GenServer.stop, server)
    node.advance(10)
    assert node.runtime.processes == {}
