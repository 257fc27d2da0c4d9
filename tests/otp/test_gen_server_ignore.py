"""GenServer: an `init` that has nothing to do here, and one that takes too long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import Crash, ServerDied
from pybeam.otp.directives import Continue, Ignore, NoReply, Reply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.process import alive, flush, list, receive, registered, self, send, sleep, trap_exit, whereis
from pybeam.testing.inside import inside, now, settle
from tests.otp.scripted import Scripted, later, seen

STARTS = pytest.mark.parametrize("start", [GenServer.start, GenServer.start_link])


@STARTS
@pytest.mark.parametrize("name", [None, "db"])
def test_an_init_that_ignores_starts_nothing_and_leaves_nothing_behind(start: Callable[..., Any], name: Any) -> None:
    @inside
    def story() -> None:
        trap_exit()
        assert start(Scripted, lambda it: Ignore(), name=name) is None
        settle()
        assert (flush(), registered(), list()) == ([], [], [self()])

    story()


@inside
def test_an_init_that_ignores_does_not_end_who_is_linked_to_it() -> None:
    helpers: Any = []

    def start_helper_and_ignore(it: Scripted) -> Ignore:
        helpers.append(GenServer.start_link(Scripted))
        return Ignore()

    assert GenServer.start(Scripted, start_helper_and_ignore) is None
    assert alive(helpers[0])


@inside
def test_an_init_that_ignores_runs_no_terminate_and_fails_the_calls_it_had() -> None:
    me = self()

    def wait_and_ignore(it: Scripted) -> Ignore:
        it.told = me
        sleep(1)
        return Ignore()

    def call_by_name() -> None:
        with pytest.raises(ServerDied) as caught:
            GenServer.call("slow", "hello")
        send(me, caught.value.reason)

    later(0.5, call_by_name)
    assert GenServer.start(Scripted, wait_and_ignore, name="slow") is None
    settle()
    assert flush() == ["normal"]


@pytest.mark.parametrize("way", ["call", "cast", "info", "continue"])
def test_only_init_may_ignore(way: str) -> None:
    @inside
    def story() -> None:
        trap_exit()
        server = GenServer.start_link(Scripted)
        if way == "call":
            answer = GenServer.call(server, lambda it, from_: Ignore())
            assert isinstance(answer, Ignore)  # to handle_call it is a value like any other
            return
        if way == "info":
            send(server, lambda it: Ignore())
        else:
            result: Any = Ignore() if way == "cast" else Continue(lambda it: Ignore())
            GenServer.cast(server, lambda it: result)
        _, _, reason = receive()
        assert isinstance(reason, Crash) and "returned Ignore()" in reason.message

    story()


@STARTS
def test_an_init_that_takes_too_long_is_ended(start: Callable[..., Any]) -> None:
    @inside
    def story() -> None:
        trap_exit()
        with pytest.raises(TimeoutError, match="init of Scripted had not returned after 2 s, and was ended"):
            start(Scripted, lambda it: sleep(10), name="slow", timeout=2)
        assert (now(), whereis("slow"), list()) == (2, None, [self()])
        sleep(20)
        assert flush() == []

    story()


@inside
def test_an_init_that_is_late_and_refuses_to_end_is_ended_all_the_same() -> None:
    def refuse(it: Scripted) -> None:
        while True:
            try:
                sleep(10)
            except BaseException:
                continue

    with pytest.raises(TimeoutError):
        GenServer.start(Scripted, refuse, name="slow", timeout=1)
    assert (now(), whereis("slow")) == (1, None)


@inside
def test_an_init_that_is_in_time_is_not_hurried_later() -> None:
    server = GenServer.start(Scripted, lambda it: sleep(1), timeout=2)
    sleep(10)
    assert seen(server) == []


@inside
def test_a_continue_after_init_has_all_the_time_it_wants() -> None:
    server = GenServer.start(Scripted, lambda it: Continue(lambda it: sleep(3)), timeout=1)
    assert seen(server) == []


@pytest.mark.parametrize("timeout", [-1, float("nan"), "soon"])
def test_a_timeout_that_makes_no_sense_starts_nothing(timeout: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(ValueError, match="timeout"):
            GenServer.start(Scripted, name="db", timeout=timeout)
        assert (registered(), list()) == ([], [self()])

    story()


@pytest.mark.parametrize("then", [-1, -0.5, float("nan")])
def test_a_callback_that_returns_a_timeout_that_makes_no_sense_ends_the_server(then: float) -> None:
    @inside
    def story() -> None:
        for request in (lambda it, from_: Reply("x", then), lambda it, from_: NoReply(then)):
            trap_exit()
            server = GenServer.start_link(Scripted)
            GenServer.call_async(server, request)
            _, _, reason = receive()
            assert isinstance(reason, Crash) and f"returned {then!r}" in reason.message

    story()


DIRECTIVES: Any = {
    "a timeout": (1.0, [("info", "timeout")]),
    "a continue": (Continue("go on"), [("continue", "go on")]),
    "a stop": (Stop("done"), [("terminated", "done")]),
}


@pytest.mark.parametrize("way", ["init", "call", "reply", "cast", "info", "continue"])
@pytest.mark.parametrize("what", DIRECTIVES)
def test_every_callback_may_return_a_timeout_a_continue_and_a_stop(way: str, what: str) -> None:
    directive, expected = DIRECTIVES[what]

    class Diary(GenServer):
        def init(self, told: Any) -> Any:
            self.told = told
            return directive if way == "init" else Continue("first") if way == "continue" else None

        def handle_call(self, request: Any, from_: Any) -> Any:
            if isinstance(directive, Stop):
                return directive
            return Reply("answer", directive) if way == "reply" else NoReply(directive)

        def handle_cast(self, message: Any) -> Any:
            return directive

        def handle_info(self, message: Any) -> Any:
            if message == "start":
                return directive
            send(self.told, ("info", message))
            return None

        def handle_continue(self, arg: Any) -> Any:
            if arg == "first":
                return directive
            send(self.told, ("continue", arg))
            return None

        def terminate(self, reason: Any) -> None:
            send(self.told, ("terminated", reason))

    @inside
    def story() -> None:
        me = self()
        if way == "init" and what == "a stop":
            with pytest.raises(ServerDied, match="done"):
                GenServer.start(Diary, me)
            assert flush() == []  # as in OTP: who never started has nothing to clean up
            return
        server = GenServer.start(Diary, me)
        if way in ("call", "reply"):
            promise = GenServer.call_async(server, "start")
            settle()
            assert promise.done() is (way == "reply" or what == "a stop")
        elif way == "cast":
            GenServer.cast(server, "start")
        elif way == "info":
            send(server, "start")
        sleep(2)
        assert flush() == expected

    story()
