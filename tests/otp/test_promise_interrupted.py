"""A wait for a promise that is broken off: Ctrl-C in a thread, say. The answer is not lost."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest

from pybeam.otp.directives import NoReply, Reply
from pybeam.otp.gen_server import GenServer
from pybeam.otp.promise import Promise
from pybeam.process import receive, self, send, spawn
from pybeam.runtime.signals import From
from pybeam.runtime.switch import current
from pybeam.testing.inside import inside, settle
from tests.otp.scripted import Scripted


class Interrupt(BaseException):
    """What a courier is given when its thread gives up waiting."""


def keep(it: Scripted, from_: From) -> NoReply:
    it.log.append(from_)
    return NoReply()


@pytest.mark.parametrize("answered_first", [True, False])
def test_an_answer_that_comes_with_the_interruption_is_not_lost(answered_first: bool) -> None:
    @inside
    def story() -> None:
        server, me = GenServer.start(Scripted), self()

        def wait_twice() -> None:
            promise = GenServer.call_async(server, keep)
            try:
                promise.result(timeout=60)
            except Interrupt:
                send(me, ("interrupted", promise.result(timeout=60)))

        waiter = spawn(wait_twice)
        settle()
        runtime = current().runtime  # type: ignore[union-attr]  # it is a test inside a process
        process = runtime.processes[waiter.number]
        owed: Any = GenServer.call(server, lambda it, _: Reply(it.log))
        if answered_first:
            GenServer.reply(owed[0], "kept")
            process.error = Interrupt()  # as `runtime.foreign` does with one that stands in the run queue
        else:
            process.resume_with_error(Interrupt())
            settle()
            GenServer.reply(owed[0], "kept")
        assert receive(timeout=1) == ("interrupted", "kept")

    story()


def test_threads_have_promises_of_their_own() -> None:
    class Echo(GenServer):
        def handle_call(self, request: Any, from_: From) -> Any:
            return request

    server = GenServer.start(Echo)
    outcomes: list[Any] = []

    def ask(number: int) -> None:
        promises = [GenServer.call_async(server, (number, n)) for n in range(20)]
        outcomes.append([promise.result() for promise in promises] == [(number, n) for n in range(20)])

    threads = [Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    GenServer.stop(server)
    assert outcomes == [True] * 4


def test_a_promise_of_one_thread_is_not_anothers() -> None:
    class Deaf(GenServer):
        def handle_call(self, request: Any, from_: From) -> NoReply:
            return NoReply()

    server = GenServer.start(Deaf)
    promise: Promise = GenServer.call_async(server, "x")
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            promise.result()
        except RuntimeError as error:
            errors.append(error)

    thread = Thread(target=ask)
    thread.start()
    thread.join(timeout=10)
    GenServer.stop(server)
    assert len(errors) == 1 and "only the process that made a promise" in str(errors[0])
