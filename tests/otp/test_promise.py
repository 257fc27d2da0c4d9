"""GenServer.call_async on one node: every answer, no answer, and the promise that nobody asks."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.errors import CallTimeout, DeadlockError, NoProcess, ServerDied
from pybeam.otp.directives import Fail, NoReply, Reply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.otp.promise import Promise
from pybeam.process import exit, flush, receive, self, send, sleep, spawn, spawn_monitor
from pybeam.runtime.signals import From
from pybeam.runtime.switch import current
from pybeam.testing.inside import inside, now, settle
from tests.otp.scripted import Scripted, fails, later, slow


def open_promises() -> int:
    me = current()
    assert me is not None
    return len(me.runtime.promises)


@inside
def test_the_caller_goes_on_and_the_answers_come_side_by_side() -> None:
    servers = [GenServer.start(Scripted) for _ in range(3)]
    promises = [GenServer.call_async(server, slow(2, n)) for n, server in enumerate(servers)]
    assert now() == 0
    assert [promise.result() for promise in promises] == [0, 1, 2]
    assert now() == 2


@inside
def test_promises_may_be_asked_in_any_order() -> None:
    server = GenServer.start(Scripted)
    first, second = (GenServer.call_async(server, slow(1, n)) for n in (1, 2))
    assert (second.result(), first.result()) == (2, 1)


@inside
def test_done_tells_whether_the_answer_is_there() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), slow(2, "at last"))
    seen = []
    for _ in range(3):
        seen.append((promise.done(), repr(promise).split()[-1]))
        sleep(1)
    assert seen == [(False, "open>"), (False, "open>"), (True, "done>")]
    assert promise.result(timeout=0) == "at last"


@inside
def test_a_result_can_be_asked_for_again() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), "once")
    assert [promise.result(), promise.result()] == ["once", "once"]


@inside
def test_the_answer_is_never_in_the_mailbox() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), "hello")
    sleep(1)
    assert flush() == []
    assert promise.result() == "hello"
    assert flush() == []


@inside
def test_what_is_sent_later_comes_to_the_server_later() -> None:
    server = GenServer.start(Scripted)
    promise = GenServer.call_async(server, lambda it, from_: Reply(list(it.seen)))
    send(server, "later")
    assert promise.result() == []


@inside
def test_a_promise_that_is_not_kept_in_time_stays_open() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), slow(6, "late"))
    with pytest.raises(CallTimeout, match=r"within 5\.0 s"):
        promise.result()
    with pytest.raises(CallTimeout):
        promise.result(timeout=0)
    assert (promise.result(timeout=None), now()) == ("late", 6)


@inside
def test_calls_and_promises_do_not_take_each_others_answers() -> None:
    server = GenServer.start(Scripted)
    promise = GenServer.call_async(server, slow(2, "promised"))
    assert GenServer.call(server, "called") == "called"
    assert promise.result(timeout=0) == "promised"


@inside
def test_a_deferred_reply_keeps_a_promise() -> None:
    server = GenServer.start(Scripted)

    def answer_later(it: Scripted, from_: From) -> Any:
        later(3, lambda: GenServer.reply(from_, "deferred"))
        return NoReply()

    assert GenServer.call_async(server, answer_later).result() == "deferred"
    assert now() == 3


@inside
def test_the_server_sees_the_caller_and_no_helper() -> None:
    server = GenServer.start(Scripted)
    assert GenServer.call_async(server, lambda it, from_: Reply(from_.pid)).result() == self()


# ---------------------------------------------------------------------- what goes wrong


@inside
def test_nobody_there_is_told_by_the_promise() -> None:
    promise = GenServer.call_async("nobody", "hello")
    assert promise.done()
    for _ in range(2):
        with pytest.raises(NoProcess, match="nobody"):
            promise.result()


ENDS: dict[str, Callable[..., object]] = {
    "Stop": lambda it, from_: Stop("boom"),
    "an exception": fails(ValueError("boom")),
}


@pytest.mark.parametrize("way", ENDS)
@pytest.mark.parametrize("waits", [True, False])
def test_a_server_that_ends_breaks_the_promise(way: str, waits: bool) -> None:
    @inside
    def story() -> None:
        promise = GenServer.call_async(GenServer.start(Scripted), ENDS[way])
        if not waits:
            settle()
            assert promise.done()
        with pytest.raises(ServerDied, match="boom"):
            promise.result()

    story()


@inside
def test_a_killed_server_breaks_the_promises_in_its_mailbox() -> None:
    server = GenServer.start(Scripted)
    promises = [GenServer.call_async(server, slow(5, "never")) for _ in range(3)]
    later(1, lambda: exit(server, "kill"))
    for promise in promises:
        with pytest.raises(ServerDied, match="killed"):
            promise.result()
    assert now() == 1


@inside
def test_fail_is_raised_by_the_result() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), lambda it, from_: Fail(KeyError("no such key")))
    with pytest.raises(KeyError, match="no such key"):
        promise.result()


@inside
def test_only_its_maker_waits_for_a_promise() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), slow(1, "mine"))
    me = self()

    def try_it() -> None:
        with pytest.raises(RuntimeError, match="only the process that made a promise"):
            promise.result()
        send(me, promise.done())

    spawn(try_it)
    assert receive() is False
    assert promise.result() == "mine"


@inside
def test_a_promise_does_not_travel() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), "x")
    with pytest.raises(TypeError, match="send the result"):
        pickle.dumps(promise)


@inside
def test_a_server_that_waits_for_its_own_answer_is_a_deadlock() -> None:
    def ask_itself(it: Scripted, from_: From) -> object:
        promise = GenServer.call_async(self(), "me")
        with pytest.raises(DeadlockError):
            promise.result()
        it.log.append(promise)
        return Reply("told")

    server = GenServer.start(Scripted)
    assert GenServer.call(server, ask_itself) == "told"
    # It may ask itself as long as it does not wait there: a later callback finds the answer.
    assert GenServer.call(server, lambda it, from_: Reply(it.log[0].result(timeout=0))) == "me"


@inside
def test_who_closes_a_cycle_by_waiting_for_a_promise_is_told_so() -> None:
    def ask_back(it: Scripted, from_: From) -> object:
        return Reply(GenServer.call("one", "who?", timeout=60))

    def ask_and_wait(it: Scripted, from_: From) -> object:
        promise = GenServer.call_async("two", ask_back)
        sleep(1)  # so long that the other waits for us
        with pytest.raises(DeadlockError, match="two"):
            promise.result(timeout=60)
        return Reply("told")

    GenServer.start(Scripted, name="one")
    GenServer.start(Scripted, name="two")
    assert GenServer.call("one", ask_and_wait) == "told"
    assert now() == 1


@inside
def test_who_calls_one_that_waits_for_a_promise_of_its_own_is_told_so_too() -> None:
    def ask_back(it: Scripted, from_: From) -> object:
        with pytest.raises(DeadlockError, match="one"):
            GenServer.call("one", "who?", timeout=60)
        return Reply("could not ask")

    GenServer.start(Scripted, name="one")
    GenServer.start(Scripted, name="two")
    answer = GenServer.call("one", lambda it, from_: Reply(GenServer.call_async("two", ask_back).result(60)))
    assert (answer, now()) == ("could not ask", 0)


@pytest.mark.parametrize("timeout", [-1, float("nan"), "soon"])
def test_a_timeout_that_makes_no_sense_is_refused(timeout: Any) -> None:
    @inside
    def story() -> None:
        promise = GenServer.call_async(GenServer.start(Scripted), "x")
        with pytest.raises(ValueError, match="timeout"):
            promise.result(timeout)

    story()


@pytest.mark.parametrize("server", [7, None, ("a",), ("a", "no node"), b"name"])
def test_a_destination_that_makes_no_sense_is_refused_at_once(server: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(ValueError):
            GenServer.call_async(server, "x")

    story()


# ---------------------------------------------------------------------- nothing is left behind


@inside
def test_a_dropped_promise_leaves_nothing_behind() -> None:
    server = GenServer.start(Scripted)
    for _ in range(100):
        GenServer.call_async(server, lambda it, from_: NoReply())
    assert open_promises() == 0
    settle()
    assert flush() == []


@inside
def test_a_promise_that_is_given_up_after_a_timeout_leaves_nothing_behind() -> None:
    promise = GenServer.call_async(GenServer.start(Scripted), slow(5, "late"))
    with suppress(CallTimeout):
        promise.result(timeout=1)
    del promise
    assert open_promises() == 0


@inside
def test_a_kept_promise_leaves_nothing_behind() -> None:
    server = GenServer.start(Scripted)
    promises = [GenServer.call_async(server, n) for n in range(10)]
    assert open_promises() == 10
    assert [promise.result() for promise in promises] == list(range(10))
    assert open_promises() == 0


@inside
def test_the_promises_of_a_process_that_ends_go_with_it() -> None:
    server = GenServer.start(Scripted)
    kept: list[Promise] = []

    def ask_and_wait() -> None:
        promise = GenServer.call_async(server, slow(5, "too late"))
        kept.append(GenServer.call_async(server, "nobody waits"))
        promise.result(timeout=None)

    maker, ref = spawn_monitor(ask_and_wait)
    later(1, lambda: exit(maker, "kill"))
    assert receive() == ("DOWN", ref, "process", maker, "killed")
    gc.collect()  # its stack had a traceback, which is a cycle
    assert open_promises() == 1  # the one that somebody else holds
    sleep(10)
    assert open_promises() == 0


@given(st.lists(st.tuples(st.sampled_from(["ask", "wait", "look", "drop", "call"]), st.integers(0, 9)), max_size=30))
def test_whatever_is_done_with_promises_each_has_its_own_answer(steps: list[tuple[str, int]]) -> None:
    @inside
    def story() -> None:
        server = GenServer.start(Scripted)
        held: list[tuple[int, Promise]] = []
        answers: list[tuple[object, int]] = []
        for number, (act, pick) in enumerate(steps):
            if act == "ask":
                held.append((number, GenServer.call_async(server, slow(pick / 10, number))))
            elif act == "call":
                assert GenServer.call(server, slow(pick / 10, number), timeout=60) == number
            elif held:
                asked, promise = held.pop(pick % len(held))
                if act == "wait":
                    assert promise.result(timeout=60) == asked
                elif act == "look":
                    with suppress(CallTimeout):
                        answers.append((promise.result(timeout=0), asked))
                    held.append((asked, promise))
                del promise
        assert all(answer == asked for answer, asked in answers)
        assert open_promises() == sum(not promise.done() for _, promise in held)
        assert [promise.result(timeout=60) for _, promise in held] == [asked for asked, _ in held]
        assert flush() == []

    story()
