"""The scheduler: who runs when, on whose stack, and what the network is told."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from pybeam.clock import VirtualClock
from pybeam.errors import RemoteError, ServerDied
from pybeam.otp.directives import NoReply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.process import receive, send, sleep, spawn
from pybeam.runtime.ports import Kind, Target
from pybeam.runtime.process import Process
from pybeam.runtime.scheduler import MESSAGES_A_SLICE, SLICE, Runtime
from pybeam.runtime.signals import Call, From
from pybeam.runtime.solo import NoNetwork
from pybeam.runtime.switch import MAX_SPARE_FIBERS
from pybeam.terms import Pid
from pybeam.testing.inside import Solo


class Echo(GenServer):
    def handle_call(self, request: Any, from_: From) -> Any:
        return request

    def handle_cast(self, message: Any) -> Any:
        message()


# ---------------------------------------------------------------------- stacks


def holds_memory(process: Process) -> bool:
    return process.fiber is not None or process.mailbox is not None


def test_an_idle_server_holds_no_stack_and_a_waiting_one_does() -> None:
    node = Solo()
    server = node.run(GenServer.start, Echo)
    process = node.runtime.processes[server.number]
    assert not holds_memory(process)
    node.run(GenServer.cast, server, lambda: sleep(1))
    node.settle()
    assert process.fiber is not None
    node.advance(1)
    assert not holds_memory(process)


def test_stacks_are_used_again() -> None:
    node = Solo()

    def body() -> None:
        server = GenServer.start(Echo)
        for number in range(1000):
            assert GenServer.call(server, number) == number

    node.run(body)
    assert len(node.runtime.fibers.spare) <= 3


def test_only_so_many_spare_stacks_are_kept() -> None:
    node = Solo()

    def body() -> None:
        for _ in range(MAX_SPARE_FIBERS + 200):
            spawn(sleep, 1)

    node.run(body)
    node.advance(2)
    assert len(node.runtime.processes) == 0
    assert len(node.runtime.fibers.spare) <= MAX_SPARE_FIBERS


# ---------------------------------------------------------------------- turns


def test_a_busy_node_still_gives_the_network_its_turn() -> None:
    clock = VirtualClock()
    runtime = Runtime("a@host", 1, clock, NoNetwork())
    steps: list[int] = []

    def work() -> None:
        while True:
            steps.append(1)
            clock.advance(SLICE / 4)
            sleep(0)

    for _ in range(3):
        runtime.spawn(work)
    runtime.turn()
    assert 0 < len(steps) <= 6
    assert runtime.idle_for() == 0.0


def test_a_server_with_a_full_mailbox_lets_others_run() -> None:
    node = Solo()
    diary: list[str] = []

    def body() -> None:
        server = GenServer.start(Echo)
        for _ in range(3 * MESSAGES_A_SLICE):
            GenServer.cast(server, lambda: diary.append("server"))
        spawn(diary.append, "other")

    node.run(body)
    node.settle()
    assert diary.index("other") == MESSAGES_A_SLICE
    assert len(diary) == 3 * MESSAGES_A_SLICE + 1


def test_what_is_asked_from_outside_is_done_in_order_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    node = Solo()
    done: list[int] = []

    def fail() -> None:
        raise SystemExit

    node.runtime.call_soon(lambda: done.append(1))
    node.runtime.call_soon(fail)
    node.runtime.call_soon(lambda: done.append(2))
    with caplog.at_level(logging.ERROR):
        node.settle()
    assert done == [1, 2]
    assert "a task of the runtime failed" in caplog.text


def test_what_is_asked_for_later_can_be_taken_back() -> None:
    node = Solo()
    done: list[str] = []
    node.runtime.after(1.0, lambda: done.append("kept"))
    cancel = node.runtime.after(1.0, lambda: done.append("taken back"))
    cancel()
    node.advance(5)
    cancel()
    assert done == ["kept"]


def test_an_idle_node_waits_until_the_next_thing_is_due() -> None:
    node = Solo()
    assert node.runtime.idle_for() is None
    node.runtime.after(3.0, lambda: None)
    assert node.runtime.idle_for() == 3.0
    node.advance(1)
    assert node.runtime.idle_for() == 2.0
    node.runtime.call_soon(lambda: None)
    assert node.runtime.idle_for() == 0.0


def test_a_stopping_node_never_idles() -> None:
    node = Solo()
    node.runtime.stopping = True
    assert node.runtime.idle_for() == 0.0


# ---------------------------------------------------------------------- callers on other nodes


class Wire(NoNetwork):
    """Keeps what is posted; as the real one, takes nothing that cannot be pickled."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[tuple[Kind, int, object]] = []

    def post(self, kind: Kind, target: Target, ref: int, sender: Process | None, body: object, deadline: float) -> bool:
        if isinstance(body, ServerDied) and callable(body.reason):
            raise TypeError("cannot pickle")
        if callable(body):
            raise TypeError("cannot pickle")
        self.posted.append((kind, ref, body))
        return True


CALLER = Pid("b@host", 99, 7)


class Answering(GenServer):
    """Answers, ends, or keeps silent, as the request says."""

    def handle_call(self, request: Any, from_: From) -> Any:
        return request


def ask_from_afar(*requests: object) -> tuple[Solo, Wire]:
    node, wire = Solo(), Wire()
    node.runtime.network = wire
    server = node.run(GenServer.start, Answering)
    for ref, request in enumerate(requests):
        node.runtime.deliver(node.runtime.processes[server.number], Call(From(CALLER, ref), request))
    node.settle()
    return node, wire


def test_an_answer_goes_to_the_node_of_the_caller() -> None:
    _, wire = ask_from_afar("one", "two")
    assert wire.posted == [(Kind.REPLY, 0, "one"), (Kind.REPLY, 1, "two")]


def test_an_answer_that_cannot_be_pickled_fails_the_call_and_not_the_server() -> None:
    _, wire = ask_from_afar(print, "next")
    kind, ref, error = wire.posted[0]
    assert (kind, ref) == (Kind.FAIL, 0)
    assert isinstance(error, RemoteError) and "cannot be pickled" in error.text
    assert wire.posted[1:] == [(Kind.REPLY, 1, "next")]


def test_every_caller_of_a_server_that_ends_is_told_once() -> None:
    _, wire = ask_from_afar(NoReply(), Stop("over"), "queued")
    told = sorted((ref, kind, str(body)) for kind, ref, body in wire.posted)
    assert told == [(ref, Kind.FAIL, "the server ended before it answered: over") for ref in range(3)]


def test_a_reason_that_cannot_be_pickled_is_told_by_its_text_and_the_end_goes_on() -> None:
    node, wire = ask_from_afar(NoReply(), Stop(print))
    assert [type(body) for _, _, body in wire.posted] == [RemoteError, RemoteError]
    assert node.runtime.processes == {}


def test_a_message_to_a_process_that_waits_in_a_call_stays_in_its_mailbox() -> None:
    node = Solo()
    got: list[object] = []

    def body() -> None:
        silent = spawn(sleep, 100)
        with pytest.raises(TimeoutError):
            GenServer.call(silent, "x", timeout=2)
        got.append(receive(timeout=0))

    process = node.runtime.spawn(body)
    node.settle()
    node.run(send, process.pid, "meanwhile")
    node.advance(3)
    assert got == ["meanwhile"]
