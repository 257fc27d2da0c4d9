"""Who watches a server: traces, statistics, logs; on its own node and from another."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pybeam import sys
from pybeam.otp.directives import Reply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.process import flush, receive, self, send, sleep
from pybeam.testing.inside import inside, now, settle
from pybeam.testing.world import World
from tests.near_and_far import Counter, both
from tests.otp.scripted import Scripted


@both
def test_a_trace_tells_each_event_in_order_to_who_asked(start: Any) -> None:
    pid = start(Counter)
    flush()
    sys.trace(pid, True, self())
    GenServer.call(pid, 5)
    GenServer.cast(pid, "c")
    send(pid, "i")
    GenServer.call(pid, "later")
    sys.trace(pid, False)
    GenServer.call(pid, 1)
    events = [event for _, _, event in flush()]
    calls = [event for event in events if event[0] == "in" and event[1][0] == "$gen_call"]
    assert [event[1][2] for event in calls] == [5, "later"]
    assert [event for event in events if event not in calls] == [
        ("out", 5, self()),
        ("in", ("$gen_cast", "c")),
        ("in", "i"),
    ]


def test_a_trace_to_nobody_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    @inside
    def story() -> None:
        pid = GenServer.start(Counter, name="counter")
        sys.trace(pid)
        GenServer.call(pid, 5)
        GenServer.cast(pid, "x" * 10**6)
        send(pid, "i")
        settle()
        out = capsys.readouterr().out.splitlines()
        assert out[0] == f"*DBG* <process {pid!r} counter> got call 5 from {self()!r}"
        assert out[1] == f"*DBG* <process {pid!r} counter> sent 5 to {self()!r}"
        assert out[2].startswith(f"*DBG* <process {pid!r} counter> got cast 'xxx") and len(out[2]) < 1100
        assert out[3].endswith("got 'i'")

    story()


class GonePipe:
    """An output whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_trace_that_cannot_be_printed_costs_the_server_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    @inside
    def story() -> None:
        pid = GenServer.start(Counter)
        sys.trace(pid)
        monkeypatch.setattr("sys.stdout", GonePipe())
        assert GenServer.call(pid, 5) == 5

    story()


def test_a_traced_event_that_cannot_travel_costs_the_server_nothing() -> None:
    world = World()
    a, b = world.nodes("a@host", "b@host")
    pid = b.run(lambda: GenServer.start(Counter))

    def listen() -> Any:
        sys.trace(pid, True, self())
        b.spawn(send, pid, threading.Lock())
        return receive(timeout=1)

    _, _, (kind, text) = a.run(listen)
    assert kind == "in" and "lock" in text
    assert a.run(GenServer.call, pid, 1) == 1


@both
def test_statistics_count_from_when_they_are_turned_on(start: Any) -> None:
    pid = start(Counter)
    assert sys.statistics(pid, "get") is None
    GenServer.call(pid, 1)
    sys.statistics(pid, True)
    began = now()
    sleep(2)
    GenServer.call(pid, 1)
    GenServer.cast(pid, 1)
    GenServer.call(pid, "later")
    counted = sys.statistics(pid, "get")
    assert counted is not None
    assert (counted.messages_in, counted.messages_out) == (3, 1)
    assert counted.current_time - counted.start_time == pytest.approx(now() - began, abs=0.5)
    assert counted.reductions > 0
    sys.statistics(pid, False)
    assert sys.statistics(pid, "get") is None


@both
def test_the_log_keeps_the_last_events(start: Any) -> None:
    pid = start(Counter)
    assert sys.log(pid) is None
    sys.log(pid, 2)
    for n in range(5):
        GenServer.cast(pid, n)
    assert sys.log(pid) == [("in", ("$gen_cast", 3)), ("in", ("$gen_cast", 4))]
    assert sys.get_status(pid)["log"] == sys.log(pid)
    sys.log(pid, False)
    assert sys.log(pid) is None


@pytest.mark.parametrize("result", [Reply("r"), Stop("normal", reply="r"), "r"])
def test_every_kind_of_answer_is_an_event(result: Any) -> None:
    @inside
    def story() -> None:
        pid = GenServer.start(Scripted)
        sys.trace(pid, True, self())
        assert GenServer.call(pid, lambda it, from_: result) == "r"
        settle()
        assert ("trace", pid, ("out", "r", self())) in flush()

    story()


@inside
def test_who_nobody_watches_any_more_is_as_it_was() -> None:
    pid = GenServer.start(Scripted)
    server: Any = GenServer.call(pid, lambda it, from_: it)
    before = dict(vars(server))
    sys.trace(pid, True, self())
    sys.log(pid, True)
    sys.trace(pid, False)
    assert vars(server) != before
    sys.log(pid, False)
    assert vars(server) == before
