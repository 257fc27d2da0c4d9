"""GenServer: every way to end one, and when `terminate` runs."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import (
    CallTimeout,
    Crash,
    NoProcess,
    ServerDied,
)
from pybeam.otp.directives import Continue, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    alive,
    exit,
    flush,
    monitor,
    receive,
    self,
    send,
    sleep,
    spawn,
    trap_exit,
    whereis,
)
from pybeam.terms import Pid
from pybeam.testing.inside import inside, now
from tests.otp.scripted import Scripted, fails, seen, tell_of_end


def stop_by_call(server: Pid, reason: object) -> None:
    with pytest.raises(ServerDied):
        GenServer.call(server, lambda it, from_: Stop(reason))


ENDINGS: dict[str, Callable[[Pid, object], Any]] = {
    "GenServer.stop": lambda server, reason: GenServer.stop(server, reason),
    "Stop from a call": stop_by_call,
    "Stop from a cast": lambda server, reason: GenServer.cast(server, lambda it: Stop(reason)),
    "Stop from an info": lambda server, reason: send(server, lambda it: Stop(reason)),
    "Stop from a continue": lambda server, reason: GenServer.cast(server, lambda it: Continue(lambda it: Stop(reason))),
}


@pytest.mark.parametrize("way", ENDINGS)
@pytest.mark.parametrize("reason", ["normal", "shutdown", ("shutdown", 1), "boom"])
def test_each_way_to_stop_runs_terminate_and_ends_with_the_reason(way: str, reason: object) -> None:
    @inside
    def story() -> None:
        server = GenServer.start(Scripted)
        tell_of_end(server)
        ref = monitor(server)
        ENDINGS[way](server, reason)
        assert [receive(timeout=0), receive(timeout=0)] == [
            ("terminated", reason),
            ("DOWN", ref, "process", server, reason),
        ]
        assert not alive(server)

    story()


@inside
def test_stop_with_a_reply_answers_when_terminate_has_run() -> None:
    server = GenServer.start(Scripted)
    tell_of_end(server)
    assert GenServer.call(server, lambda it, from_: Stop("done", reply="bye")) == "bye"
    assert flush() == [("terminated", "done")]
    assert not alive(server)


@inside
def test_stop_may_answer_none() -> None:
    assert GenServer.call(GenServer.start(Scripted), lambda it, from_: Stop(reply=None)) is None


@inside
def test_a_callback_that_raises_runs_terminate_with_the_crash() -> None:
    server = GenServer.start(Scripted)
    tell_of_end(server)
    with pytest.raises(ServerDied, match="ZeroDivisionError: by zero") as caught:
        GenServer.call(server, fails(ZeroDivisionError("by zero")))
    crash = caught.value.reason
    assert isinstance(crash, Crash)
    assert "raise_it" in crash.traceback
    assert receive(timeout=0) == ("terminated", crash)


@inside
def test_a_terminate_that_raises_changes_the_reason() -> None:
    class Broken(Scripted):
        def terminate(self, reason: Any) -> None:
            raise OSError("disk full")

    server = GenServer.start(Broken)
    with pytest.raises(ServerDied, match="OSError: disk full"):
        GenServer.stop(server)


@inside
def test_terminate_runs_once_even_if_it_raises() -> None:
    runs: list[object] = []

    class Broken(Scripted):
        def terminate(self, reason: Any) -> None:
            runs.append(reason)
            raise OSError

    server = GenServer.start(Broken)
    with pytest.raises(ServerDied):
        GenServer.call(server, lambda it, from_: Stop("boom", reply=1) if it.seen else it.missing)
    with pytest.raises(NoProcess):
        GenServer.call(server, "x")
    assert len(runs) == 1


@inside
def test_stop_waits_for_terminate_as_long_as_it_is_allowed_to() -> None:
    class Slow(Scripted):
        def terminate(self, reason: Any) -> None:
            sleep(3)

    patient, impatient = GenServer.start(Slow), GenServer.start(Slow)
    GenServer.stop(patient)
    assert now() == 3
    with pytest.raises(CallTimeout):
        GenServer.stop(impatient, timeout=1)
    sleep(5)
    assert not alive(impatient)


@inside
def test_stopping_nobody_is_no_process() -> None:
    with pytest.raises(NoProcess):
        GenServer.stop("nobody")


@inside
def test_an_exit_signal_ends_a_server_without_terminate() -> None:
    for message in (None, lambda it: sleep(10)):
        server = GenServer.start(Scripted)
        tell_of_end(server)
        if message is not None:
            GenServer.cast(server, message)
        ref = monitor(server)
        sleep(1)
        exit(server, "shutdown")
        assert receive() == ("DOWN", ref, "process", server, "shutdown")
        assert flush() == []


@inside
def test_a_server_that_traps_exits_is_told_and_lives() -> None:
    def trap(it: Scripted) -> None:
        trap_exit()

    server = GenServer.start(Scripted, trap)
    exit(server, "shutdown")
    assert seen(server) == [("EXIT", self(), "shutdown")]


@inside
def test_a_server_that_traps_exits_ends_with_its_parent_after_terminate() -> None:
    me = self()

    def start(it: Scripted) -> None:
        it.told = me
        trap_exit()

    def parent() -> None:
        GenServer.start_link(Scripted, start, name="child")
        sleep(1)

    spawn(parent)
    assert receive() == ("terminated", "normal")
    assert (now(), whereis("child")) == (1, None)


@inside
def test_a_server_that_traps_nothing_outlives_a_parent_that_ends_normally() -> None:
    spawn(lambda: GenServer.start_link(Scripted, name="child"))
    sleep(1)
    assert whereis("child") is not None


@inside
def test_a_killed_server_ends_as_killed_whatever_its_callback_makes_of_it() -> None:
    def object_to_it(it: Scripted) -> None:
        try:
            sleep(10)
        finally:
            raise RuntimeError("I am not done")

    server = GenServer.start(Scripted)
    tell_of_end(server)
    ref = monitor(server)
    GenServer.cast(server, object_to_it)
    sleep(1)
    exit(server, "kill")
    assert receive() == ("DOWN", ref, "process", server, "killed")
    assert flush() == []


@inside
def test_a_server_that_swallows_its_end_in_a_continue_ends_all_the_same() -> None:
    def refuse(it: Scripted) -> None:
        try:
            sleep(10)
        except BaseException:
            return

    server = GenServer.start(Scripted, lambda it: Continue(refuse))
    sleep(1)
    exit(server, "kill")
    sleep(1)
    assert not alive(server)


@inside
def test_a_killed_server_takes_no_more_messages() -> None:
    taken: list[str] = []
    server = GenServer.start(Scripted)
    for what in ("one", "two"):
        GenServer.cast(server, lambda it, what=what: taken.append(what))
    exit(server, "kill")
    sleep(1)
    assert taken == []


def test_a_stop_that_has_travelled_still_answers_nobody() -> None:
    stop = pickle.loads(pickle.dumps(Stop("boom")))
    assert stop == Stop("boom") and not stop.answers
    assert pickle.loads(pickle.dumps(Stop("boom", reply=None))).answers
