"""Processes: their life, and their mailbox."""

from __future__ import annotations

import pytest

from pybeam import process
from pybeam.errors import Crash, NoProcess, ReceiveTimeout
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    exit,
    flush,
    receive,
    self,
    send,
    sleep,
    spawn,
)
from pybeam.runtime.ports import Parcel
from pybeam.runtime.process import Process
from pybeam.runtime.signals import Sealed
from pybeam.runtime.switch import running
from pybeam.testing.inside import Solo, inside, now, settle
from tests.near_and_far import Counter
from tests.runtime.ends import end_of


@inside
def test_each_process_has_a_pid_of_its_own_and_they_count_up() -> None:
    pids = [spawn(lambda: None) for _ in range(5)]
    assert [pid.number for pid in pids] == list(range(pids[0].number, pids[0].number + 5))
    assert {(pid.node, pid.creation) for pid in pids} == {("a@host", 1)}


@inside
def test_a_process_runs_its_function_with_its_arguments_and_ends_normally() -> None:
    seen: list[object] = []
    assert end_of(lambda: seen.append(1)) == "normal"
    spawn(seen.extend, [2, 3])
    settle()
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("kind", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration])
def test_a_process_that_raises_ends_with_the_crash(kind: type[BaseException]) -> None:
    @inside
    def story() -> None:
        def body() -> None:
            raise kind("boom")

        reason = end_of(body)
        assert isinstance(reason, Crash)
        assert (reason.kind, reason.message) == (kind.__name__, "boom")
        assert "in body" in reason.traceback

    story()


@inside
def test_the_world_goes_on_beside_a_process_that_raised() -> None:
    for _ in range(3):
        end_of(lambda: 1 / 0)
    assert end_of(lambda: None) == "normal"


def test_a_crash_is_logged_once_and_not_again_by_those_it_takes_along(caplog: pytest.LogCaptureFixture) -> None:
    @inside
    def story() -> None:
        def body() -> None:
            process.spawn_link(receive)
            process.spawn_link(receive)
            raise ValueError("boom")

        end_of(body)

    story()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "ValueError: boom" in caplog.text


@inside
def test_the_living_are_listed_oldest_first() -> None:
    started = [spawn(receive) for _ in range(3)]
    settle()
    assert process.list() == [self(), *started]
    exit(started[1], "kill")
    settle()
    assert process.list() == [self(), started[0], started[2]]


@inside
def test_processes_take_turns_only_where_one_waits() -> None:
    diary: list[str] = []

    def body(name: str) -> None:
        for step in range(2):
            diary.append(f"{name}{step}")
            sleep(0)

    spawn(body, "a")
    spawn(body, "b")
    settle()
    assert diary == ["a0", "b0", "a1", "b1"]


@inside
def test_sleep_takes_as_long_as_it_says() -> None:
    for seconds in (0, 0.25, 3600, -1):
        before = now()
        sleep(seconds)
        assert now() - before == max(0, seconds)


@inside
def test_messages_are_taken_in_the_order_in_which_they_came() -> None:
    for number in range(5):
        send(self(), number)
    assert [receive() for _ in range(5)] == list(range(5))


@inside
def test_any_value_is_a_message() -> None:
    for value in (None, False, (), [], "", 0, object()):
        send(self(), value)
        assert receive(timeout=0) is value


@inside
def test_receive_takes_the_first_that_matches_and_leaves_the_others_in_order() -> None:
    for number in range(6):
        send(self(), number)
    assert receive(lambda n: n % 2 == 1) == 1
    assert receive(lambda n: n > 3) == 4
    assert flush() == [0, 2, 3, 5]


@inside
def test_receive_waits_for_the_one_that_matches() -> None:
    me = self()

    def talk() -> None:
        for number in range(10):
            sleep(1)
            send(me, number)

    spawn(talk)
    assert receive(lambda n: n == 4) == 4
    assert (now(), flush()) == (5, [0, 1, 2, 3])


@inside
def test_receive_times_out_and_leaves_what_did_not_match() -> None:
    send(self(), "other")
    with pytest.raises(ReceiveTimeout) as caught:
        receive(lambda m: m == "awaited", timeout=2.5)
    assert isinstance(caught.value, TimeoutError)
    assert (now(), flush()) == (2.5, ["other"])


@inside
def test_a_message_that_does_not_match_does_not_prolong_the_wait() -> None:
    me = self()

    def chatter() -> None:
        while True:
            sleep(1)
            send(me, "noise")

    spawn(chatter)
    with pytest.raises(ReceiveTimeout):
        receive(lambda m: m == "signal", timeout=3.5)
    assert now() == 3.5


@inside
def test_receive_with_no_time_only_looks() -> None:
    with pytest.raises(ReceiveTimeout):
        receive(timeout=0)
    send(self(), "here")
    assert (receive(timeout=0), now()) == ("here", 0)


@inside
def test_a_match_that_raises_raises_at_the_receiver_and_takes_nothing() -> None:
    send(self(), "short")
    with pytest.raises(IndexError):
        receive(lambda m: m[99])
    assert flush() == ["short"]


@inside
def test_flush_takes_everything_and_then_nothing() -> None:
    assert flush() == []
    send(self(), 1)
    send(self(), 2)
    assert (flush(), flush()) == ([1, 2], [])


class Unreadable(Parcel):
    def open(self) -> object:
        raise SystemExit("not to be unpickled")


def test_a_message_that_cannot_be_unpickled_is_dropped_and_the_next_one_taken() -> None:
    node = Solo()

    def body() -> tuple[object, object]:
        me = node.runtime.processes[self().number]
        for message in (Sealed(Unreadable()), "good", Sealed(Unreadable())):
            node.runtime.deliver(me, message)
        return receive(timeout=0), flush()

    assert node.run(body) == ("good", [])


@inside
def test_what_is_sent_to_the_dead_is_gone() -> None:
    pid = spawn(lambda: None)
    settle()
    send(pid, "hello")
    with pytest.raises(NoProcess):
        GenServer.call(pid, "hello")


@inside
def test_one_that_has_ended_holds_nobody_that_it_has_called() -> None:
    # Each that called the one before it would keep all of them for ever.
    server = GenServer.start(Counter)
    called: list[Process] = []

    def body() -> None:
        GenServer.call(server, 1)
        called.append(running())

    spawn(body)
    settle()
    assert called[0].calling is None
