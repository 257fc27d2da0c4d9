"""GenServer: callbacks, what they return, and what their callers get."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam import sys as otp_sys
from pybeam.errors import (
    CallTimeout,
    Crash,
    DeadlockError,
    NoProcess,
    ServerDied,
)
from pybeam.otp.directives import Continue, Fail, NoReply, Reply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    flush,
    monitor,
    receive,
    self,
    send,
    sleep,
    spawn,
)
from pybeam.runtime.signals import From
from pybeam.testing.inside import inside, now
from tests.otp.scripted import Scripted, later, seen, slow


@inside
def test_what_handle_call_returns_is_the_reply() -> None:
    server = GenServer.start(Scripted)
    values: list[Any] = [None, 0, False, "ok", [1], {}, Continue("plain value"), Exception("plain value")]
    for value in values:
        assert GenServer.call(server, lambda it, from_, value=value: value) is value


@inside
def test_a_directive_can_itself_be_the_reply() -> None:
    server = GenServer.start(Scripted)
    assert GenServer.call(server, lambda it, from_: Reply(NoReply())) == NoReply()


@inside
def test_messages_of_one_sender_are_taken_in_the_order_of_sending() -> None:
    server = GenServer.start(Scripted)
    for number in range(5):
        send(server, number)
        GenServer.cast(server, lambda it, number=number: it.seen.append(("cast", number)))
    assert seen(server) == [x for number in range(5) for x in (number, ("cast", number))]


@inside
def test_calls_from_many_are_answered_one_at_a_time() -> None:
    class Slow(GenServer):
        busy = False

        def handle_call(self, request: Any, from_: From) -> Any:
            assert not self.busy
            self.busy = True
            sleep(1)
            self.busy = False
            return request

    server, me = GenServer.start(Slow), self()
    for number in range(10):
        spawn(lambda number=number: send(me, GenServer.call(server, number, timeout=None)))
    assert [receive() for _ in range(10)] == list(range(10))
    assert now() == 10


@inside
def test_a_server_may_call_another_that_calls_a_third() -> None:
    third = GenServer.start(Scripted)
    second = GenServer.start(Scripted)
    first = GenServer.start(Scripted)
    by_second: Any = lambda it, from_: GenServer.call(third, "deep")  # noqa: E731
    assert GenServer.call(first, lambda it, from_: GenServer.call(second, by_second)) == "deep"


@inside
def test_a_server_that_calls_itself_gets_deadlock_error() -> None:
    server = GenServer.start(Scripted, name="me")
    for own in (server, "me", ("me", "a@host")):

        def call_own(it: Scripted, from_: From, own: Any = own) -> str:
            with pytest.raises(DeadlockError, match="calls itself"):
                GenServer.call(own, "x")
            return "still here"

        assert GenServer.call(server, call_own) == "still here"


@inside
def test_continue_comes_before_any_message() -> None:
    server = GenServer.start(Scripted, lambda it: Continue("after init"))
    GenServer.cast(server, lambda it: NoReply(Continue("after cast")))
    send(server, lambda it: NoReply(Continue("after info")))
    assert GenServer.call(server, lambda it, from_: Reply("ok", Continue("after call"))) == "ok"
    assert GenServer.call(server, lambda it, from_: it.log) == [
        ("continue", f"after {what}") for what in ("init", "cast", "info", "call")
    ]


@inside
def test_a_continue_after_init_runs_when_start_has_returned_and_may_wait() -> None:
    server = GenServer.start(Scripted, lambda it: Continue(lambda it: sleep(3)))
    send(server, "queued")
    assert now() == 0
    assert seen(server) == ["queued"]
    assert now() == 3


@inside
def test_a_continue_may_continue() -> None:
    server = GenServer.start(Scripted, lambda it: Continue(lambda it: Continue(lambda it: Continue("third"))))
    log: Any = GenServer.call(server, lambda it, from_: it.log)
    assert (len(log), log[-1]) == (3, ("continue", "third"))


@inside
def test_a_server_without_the_callback_says_so() -> None:
    class Bare(GenServer):
        pass

    server = GenServer.start(Bare)
    send(server, "unexpected")  # only logged, as in OTP
    with pytest.raises(ServerDied, match="Bare has no handle_call, and was asked 'x'"):
        GenServer.call(server, "x")


@pytest.mark.parametrize("nonsense", ["ok", [], object()])
@pytest.mark.parametrize("way", ["cast", "info", "continue"])
def test_a_callback_that_returns_nonsense_ends_the_server(nonsense: object, way: str) -> None:
    @inside
    def story() -> None:
        server = GenServer.start(Scripted)
        ref = monitor(server)
        if way == "cast":
            GenServer.cast(server, lambda it: nonsense)
        elif way == "info":
            send(server, lambda it: nonsense)
        else:
            GenServer.cast(server, lambda it: Continue(lambda it: nonsense))
        match receive():
            case ("DOWN", got, "process", pid, Crash(kind="TypeError")):
                assert (got, pid) == (ref, server)
            case other:
                raise AssertionError(other)

    story()


@inside
def test_another_process_may_answer_later() -> None:
    def hand_over(it: Scripted, from_: From) -> NoReply:
        later(2, lambda: GenServer.reply(from_, "late but fine"))
        return NoReply()

    server = GenServer.start(Scripted)
    assert GenServer.call(server, hand_over) == "late but fine"
    assert now() == 2


@inside
def test_the_server_may_answer_before_it_returns_no_reply() -> None:
    def answer_first(it: Scripted, from_: From) -> NoReply:
        GenServer.reply(from_, "early")
        return NoReply()

    assert GenServer.call(GenServer.start(Scripted), answer_first) == "early"


@inside
def test_only_the_first_reply_counts() -> None:
    def answer_twice(it: Scripted, from_: From) -> str:
        GenServer.reply(from_, "first")
        GenServer.reply(from_, "second")
        return "third"

    server = GenServer.start(Scripted)
    assert GenServer.call(server, answer_twice) == "first"
    assert GenServer.call(server, "next") == "next"
    assert flush() == []


@inside
def test_a_late_reply_never_reaches_the_mailbox() -> None:
    server = GenServer.start(Scripted)
    with pytest.raises(CallTimeout):
        GenServer.call(server, slow(6, "old"), timeout=5)
    assert now() == 5
    sleep(10)
    assert flush() == []


@inside
def test_a_late_reply_does_not_answer_the_next_call() -> None:
    server = GenServer.start(Scripted)
    with pytest.raises(CallTimeout):
        GenServer.call(server, slow(6, "old"), timeout=5)
    assert GenServer.call(server, "new") == "new"


@inside
def test_a_deferred_call_fails_when_the_server_ends() -> None:
    server = GenServer.start(Scripted)
    later(1, lambda: GenServer.stop(server, "over"))
    with pytest.raises(ServerDied) as caught:
        GenServer.call(server, lambda it, from_: NoReply(), timeout=None)
    assert (caught.value.reason, now()) == ("over", 1)


@inside
def test_a_deferred_call_that_was_answered_outlives_the_server() -> None:
    def answer_and_stay_deferred(it: Scripted, from_: From) -> NoReply:
        spawn(lambda: GenServer.reply(from_, "answered"))
        return NoReply()

    server = GenServer.start(Scripted)
    assert GenServer.call(server, answer_and_stay_deferred) == "answered"
    GenServer.stop(server)


@inside
def test_fail_raises_at_the_caller_and_the_server_goes_on() -> None:
    server = GenServer.start(Scripted)
    with pytest.raises(KeyError, match="k"):
        GenServer.call(server, lambda it, from_: Fail(KeyError("k")))
    assert GenServer.call(server, "next") == "next"


@inside
def test_nobody_by_that_name_or_pid_is_no_process_at_once() -> None:
    gone = GenServer.start(Scripted)
    GenServer.stop(gone)
    for nobody in ("nobody", gone, ("nobody", "a@host")):
        with pytest.raises(NoProcess) as caught:
            GenServer.call(nobody, "x")
        assert caught.value.server == nobody
    assert now() == 0


@pytest.mark.parametrize("dest", [None, 7, "", ("a", "b", "c"), ("", "a@host"), ("db", "no-at-sign"), ("db", 7), []])
def test_a_malformed_destination_is_a_value_error(dest: Any) -> None:
    @inside
    def story() -> None:
        for ask in (GenServer.call, GenServer.cast, send):
            if dest == "":  # a str that is nobody's name, as any other
                return
            with pytest.raises(ValueError):
                ask(dest, "x")

    story()


@inside
def test_a_cast_or_send_to_nobody_is_dropped() -> None:
    gone = GenServer.start(Scripted)
    GenServer.stop(gone)
    for nobody in ("nobody", gone, ("nobody", "a@host"), ("nobody", "other@host")):
        GenServer.cast(nobody, "x")
        send(nobody, "x")


@inside
def test_who_waits_for_a_server_that_ends_hears_it_at_once() -> None:
    server = GenServer.start(Scripted)
    me = self()

    def ask() -> None:
        with pytest.raises(ServerDied) as caught:
            GenServer.call(server, "queued", timeout=None)
        send(me, caught.value.reason)

    GenServer.cast(server, lambda it: sleep(1))
    GenServer.cast(server, lambda it: Stop("boom"))
    spawn(ask)
    spawn(ask)
    assert [receive(), receive(), now()] == ["boom", "boom", 1]


@pytest.mark.parametrize("timeout", [0, 0.5, 5.0])
def test_a_call_times_out_when_it_says_it_does(timeout: float) -> None:
    @inside
    def story() -> None:
        server = GenServer.start(Scripted)
        with pytest.raises(CallTimeout, match="may still be carried out") as caught:
            GenServer.call(server, lambda it, from_: NoReply(), timeout=timeout)
        assert (caught.value.server, caught.value.seconds, now()) == (server, timeout, timeout)
        assert isinstance(caught.value, TimeoutError)

    story()


@inside
def test_without_a_timeout_a_call_waits_as_long_as_it_takes() -> None:
    assert GenServer.call(GenServer.start(Scripted), slow(1e6, "done"), timeout=None) == "done"


@inside
def test_a_server_may_have_methods_of_whatever_name() -> None:
    class Own(GenServer):
        def init(self) -> Continue:
            return Continue("go on")

        def handle_continue(self, arg: Any) -> float:
            return 1

        def handle_call(self, request: Any, from_: From) -> Any:
            return Reply(request, 1)

        def mine(self, *_: Any) -> None:
            raise AssertionError("it is not the runtime's to call")

        _begin = _end = _go_on = _inform = _start = _stop = _set_timeout = _react = _init = _run = _call = mine

    server = GenServer.start(Own)
    send(server, "hello")
    otp_sys.suspend(server)
    otp_sys.resume(server)
    assert GenServer.call(server, "hello") == "hello"
    GenServer.stop(server)


@inside
def test_a_server_may_have_attributes_of_whatever_name() -> None:
    names = ["_due", "_watch", "_stopping", "_version", "_successor", "_parent", "_name", "_state"]
    ended: list[object] = []

    class Own(GenServer):
        def init(self) -> float:
            vars(self).update(dict.fromkeys(names, "mine"))
            return 60

        def handle_call(self, request: Any, from_: From) -> Any:
            return request

        def terminate(self, reason: Any) -> None:
            ended.append(reason)

    server = GenServer.start(Own)
    assert otp_sys.get_state(server) == dict.fromkeys(names, "mine")
    otp_sys.trace(server, True, self())
    assert GenServer.call(server, "hello") == "hello"
    GenServer.stop(server)
    assert ended == ["normal"]
