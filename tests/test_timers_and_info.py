"""Messages that are sent after a while, and what is told of a process."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import pytest

from pybeam import GenServer, Pid, Ref, global_, process, rpc
from pybeam.testing.inside import inside, now
from pybeam.testing.world import World
from tests.listener import listen

# ---------------------------------------------------------------------- send_after, cancel_timer


@inside
def test_timers_fire_in_the_order_of_their_times_and_then_of_their_setting() -> None:
    for what, seconds in [("third", 2.0), ("first", 0), ("second", 1.0), ("fourth", 2.0)]:
        process.send_after(process.self(), what, seconds)
    heard = [(process.receive(), round(now(), 3)) for _ in range(4)]
    assert heard == [("first", 0.0), ("second", 1.0), ("third", 2.0), ("fourth", 2.0)]


@inside
def test_a_cancelled_timer_tells_what_was_left_and_never_fires() -> None:
    ref = process.send_after(process.self(), "never", 10.0)
    process.sleep(4.0)
    assert process.cancel_timer(ref) == pytest.approx(6.0)
    assert process.cancel_timer(ref) is None
    process.sleep(60.0)
    assert process.flush() == []


@inside
def test_a_timer_that_has_fired_cannot_be_cancelled() -> None:
    ref = process.send_after(process.self(), "now", 0)
    process.sleep(1.0)
    assert process.cancel_timer(ref) is None
    assert process.flush() == ["now"]


@inside
def test_a_timer_outlives_the_process_that_set_it_and_finds_a_name_when_it_fires() -> None:
    me = process.self()
    process.spawn(lambda: process.send_after("late", "hello", 5.0))
    process.sleep(1.0)
    process.register("late", me)
    assert process.receive(timeout=10.0) == "hello"


@inside
def test_a_timer_for_nobody_fires_in_vain() -> None:
    gone = process.spawn(lambda: None)
    process.send_after(gone, "x", 1.0)
    process.send_after("nobody", "x", 1.0)
    process.sleep(2.0)
    assert process.flush() == []


@pytest.mark.parametrize("seconds", [-1, -0.001, nan, inf])
@inside
def test_a_timer_in_the_past_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="a number of seconds, at least 0"):
        process.send_after(process.self(), "x", seconds)


@inside
def test_a_timer_for_what_is_no_destination_is_refused() -> None:
    with pytest.raises(ValueError, match="bad destination"):
        process.send_after(7, "x", 1.0)  # type: ignore[arg-type]


@inside
def test_the_timer_of_another_node_is_not_ours_to_cancel() -> None:
    ref = process.send_after(process.self(), "mine", 1.0)
    assert process.cancel_timer(Ref("b@host", 99, ref.number)) is None
    assert process.receive(timeout=2.0) == "mine"


def test_a_timer_reaches_a_name_on_another_node() -> None:
    world = World()
    a, b = world.nodes("a@h", "b@h")
    heard = listen(b, "ear")
    a.run(process.send_after, ("ear", "b@h"), {"later": 1}, 3.0)
    world.advance(2.9)
    assert heard == []
    world.advance(1.0)
    assert heard == [{"later": 1}]


def test_a_name_that_finds_its_process_by_itself_is_looked_up_when_the_time_has_come() -> None:
    a, b = World().nodes("a@h", "b@h")

    def body() -> Any:
        ref = process.send_after(global_.via("scribe"), "hello", 5.0)
        assert global_.register_name("scribe", process.self())
        heard = [process.receive(timeout=10.0)]
        assert process.cancel_timer(ref) is None
        cancelled = process.send_after(global_.via("scribe"), "never", 5.0)
        process.cancel_timer(cancelled)
        process.sleep(10.0)
        return heard + process.flush()

    assert a.run(body) == ["hello"]
    assert b.runtime.processes


# ---------------------------------------------------------------------- info


class Waiter(GenServer):
    def handle_call(self, request: Any, from_: Any) -> Any:
        return GenServer.call(request, "anything", None) if request else None


class Silent(GenServer):
    def handle_call(self, request: Any, from_: Any) -> Any:
        process.sleep(1000.0)


@inside
def test_info_tells_whom_a_process_is_tied_to_and_what_waits_in_its_mailbox() -> None:
    me = process.self()
    pid = process.spawn_link(lambda: process.receive(lambda message: message == "go"))
    ref = process.monitor(pid)
    process.register("waiter", pid)
    for number in range(3):
        process.send(pid, number)
    process.sleep(0.1)
    told = process.info(pid)
    assert told is not None
    assert (told["registered_name"], told["status"], told["message_queue_len"]) == ("waiter", "waiting", 3)
    assert (told["links"], told["monitored_by"], told["monitors"], told["trap_exit"]) == ([me], [me], [], False)
    mine = process.info()
    assert mine is not None
    assert (mine["links"], mine["monitors"], mine["status"]) == ([pid], [pid], "running")
    process.demonitor(ref)


@inside
def test_info_tells_in_whose_call_a_process_is_and_where() -> None:
    silent, waiter = GenServer.start(Silent), GenServer.start(Waiter)
    process.spawn(lambda: GenServer.call(waiter, silent, None))
    process.sleep(0.1)
    told, inner = process.info(waiter), process.info(silent)
    assert told is not None and inner is not None
    assert told["current_call"] == silent
    assert inner["current_call"] is None
    assert (told["current_function"] or "").startswith("tests.test_timers_and_info:Waiter.handle_call:")
    assert process.info(GenServer.start(Waiter))["current_function"] is None  # type: ignore[index]


@inside
def test_reductions_grow_with_work_and_memory_with_what_is_held() -> None:
    pid = GenServer.start(Waiter)
    before = process.info(pid)
    for _ in range(10):
        GenServer.call(pid, None)
    after = process.info(pid)
    assert before is not None and after is not None
    assert after["reductions"] >= before["reductions"] + 10
    idle = process.spawn(process.receive, lambda message: False)
    for number in range(1000):
        process.send(idle, number)
    held = process.info(idle)
    assert held is not None and held["memory"] > 8000


@inside
def test_info_of_a_process_that_has_ended_is_none() -> None:
    gone = process.spawn(lambda: None)
    process.sleep(0.1)
    assert process.info(gone) is None


def test_info_of_another_nodes_process_is_asked_there() -> None:
    world = World()
    a, b = world.nodes("a@h", "b@h")
    pid = b.spawn(process.receive).pid

    def body() -> None:
        process.monitor(pid)
        with pytest.raises(ValueError, match=r"rpc\.call\('b@h'"):
            process.info(pid)
        told = rpc.call("b@h", "pybeam.process:info", pid)
        assert told["monitored_by"] == [process.self()]

    a.run(body)


@pytest.mark.parametrize("bad", ["name", 7, ("a", "b@h"), Pid])
def test_info_of_what_is_no_pid_is_refused(bad: Any) -> None:
    def body() -> None:
        with pytest.raises(ValueError, match="a Pid is needed"):
            process.info(bad)

    inside(body)()
