"""The way out, step by step, with a runtime whose processes wait only as far as a test lets them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from math import inf

import pytest

from pybeam.clock import VirtualClock
from pybeam.dist.batch import Batch
from pybeam.dist.codec import Packed, pack
from pybeam.dist.credit import WINDOW
from pybeam.dist.frames import Control, Credit, Hello, Open
from pybeam.dist.outbox import Outbox, Shared, Signal
from pybeam.dist.wire import encode
from pybeam.errors import NodeDown
from pybeam.runtime.ports import Expired, Kind, Target
from tests.dist.lab import Notes, caller

OURS, OTHER = (3, 11), (3, 12)


class Killed(BaseException):
    """As a process is ended from outside while it waits."""


class Bench:
    """An outbox and what it has sent."""

    def __init__(self, python: tuple[int, int] = OURS, up: bool = True) -> None:
        self.notes = Notes(VirtualClock())
        self.sent: list[Batch | Control] = []
        self.spoilt = 0
        self.outbox = Outbox("b@h", self.send, self.spoil, Shared(self.notes, OURS, 10**8, []))
        self.hello = Hello("b@h", 7, False, "a@h", 0, 1, 0, "at b", python)
        if up:
            self.outbox.rise(self.hello)

    def send(self, frame: Batch | Control) -> None:
        encode(0, frame)
        self.sent.append(frame)

    def spoil(self) -> None:
        self.spoilt += 1

    def post(self, kind: Kind, body: object, *, ref: int = 1, to: int | str = 1) -> bool:
        packed = pack(body)
        packed = packed if isinstance(packed, Packed) else Packed(packed)
        return self.outbox.post(Signal(kind, Target("b@h", 0, to), ref, 1, packed), caller(1), inf)

    def rows(self) -> int:
        """Signals that have left."""
        return sum(len(frame.rows) for frame in self.sent if isinstance(frame, Batch))

    def fill(self) -> None:
        assert self.outbox.flow is not None
        while self.outbox.flow.space() > 0:
            self.outbox.put(Kind.REPLY, 0, 1, 0, 9, bytes(200_000))
        self.outbox.release()

    def while_waiting(self, act: Callable[[], object]) -> None:
        """What happens when a process is suspended: `act`, which may raise."""

        def suspend(start: Callable[[Callable[[object], None]], object], deadline: float = inf) -> object:
            values: list[object] = []
            start(values.append)
            act()
            return values[0]

        self.notes.suspend = suspend  # type: ignore[method-assign]


def raising(error: BaseException) -> Callable[..., object]:
    def act(*_: object) -> object:
        raise error

    return act


def test_a_turn_that_was_given_to_one_who_is_killed_goes_to_the_next() -> None:
    bench, told = Bench(), list[object]()
    bench.fill()
    flow = bench.outbox.flow
    assert flow is not None

    def act() -> None:
        flow.line.enter(told.append, 100)
        flow.credit(Credit(10, 0))
        flow.admit()
        assert told == []
        raise Killed

    flow.room = 0
    bench.while_waiting(act)
    with pytest.raises(Killed):
        bench.post(Kind.SEND, ("x", bytes(1000)))
    assert told == [True]


def test_a_deadline_that_comes_in_the_line_sends_nothing_and_remembers_no_call() -> None:
    bench = Bench()
    bench.fill()
    before = len(bench.sent)
    bench.while_waiting(raising(Expired()))
    assert bench.post(Kind.CALL, "request") is False
    assert bench.outbox.calls.callers == {} and len(bench.sent) == before
    assert bench.outbox.flow is not None and not bench.outbox.flow.line


@pytest.mark.parametrize("error", [Expired(), Killed()])
def test_a_large_call_that_is_broken_off_is_forgotten_and_taken_back(error: BaseException) -> None:
    bench = Bench()
    bench.while_waiting(raising(error))
    with suppress(Killed):
        assert bench.post(Kind.CALL, bytes(10**7)) is False
    assert bench.outbox.calls.callers == {}
    assert bench.outbox.flow is not None and not bench.outbox.flow.lanes


def test_a_large_reply_that_is_broken_off_leaves_the_open_call_of_the_same_number_alone() -> None:
    bench = Bench()
    bench.post(Kind.CALL, "request", ref=5)
    bench.while_waiting(raising(Killed()))
    with pytest.raises(Killed):
        bench.post(Kind.REPLY, bytes(10**7), ref=5)
    assert bench.outbox.calls.callers == {5: 1}


@pytest.mark.parametrize("size", [200_000, 10**7], ids=["in the line", "in fragments"])
def test_a_call_whose_node_is_lost_while_its_sender_waits_raises(size: int) -> None:
    bench = Bench()
    bench.fill()
    bench.while_waiting(bench.outbox.fall)
    with pytest.raises(NodeDown):
        bench.post(Kind.CALL, ("x", bytes(size)))
    assert bench.notes.told("fail") == []
    bench = Bench()
    bench.fill()
    bench.while_waiting(bench.outbox.fall)
    assert bench.post(Kind.SEND, ("x", bytes(size))) is True


def test_a_session_that_ends_just_after_the_last_fragment_has_left_fails_the_call() -> None:
    bench = Bench()
    flow = bench.outbox.flow
    assert flow is not None

    def act() -> None:
        while flow.lanes:
            bench.outbox.credit(Credit(0, 4 * 1024 * 1024 - flow.stream_room))
        bench.outbox.fall()

    bench.while_waiting(act)
    with pytest.raises(NodeDown):
        bench.post(Kind.CALL, bytes(10**7))


def test_code_does_not_travel_to_another_python_version() -> None:
    bench = Bench(OTHER)
    with pytest.raises(Exception, match="equal Python versions"):
        bench.post(Kind.SEND, lambda: 1)
    assert bench.post(Kind.SEND, "a text about __main__") is True
    assert Bench(OURS).post(Kind.SEND, lambda: 1) is True


def test_code_queued_before_the_version_was_known_fails_its_call_and_nothing_else() -> None:
    bench = Bench(OTHER, up=False)
    bench.post(Kind.SEND, "first", ref=0)
    bench.post(Kind.CALL, lambda: 1, ref=5)
    bench.post(Kind.SEND, lambda: 1, ref=0)
    bench.post(Kind.CALL, "second", ref=6)
    bench.outbox.rise(bench.hello)
    bench.outbox.release()
    ((_, process, ref, error),) = bench.notes.told("fail")
    assert (process, ref) == (1, 5) and "Python versions" in str(error)
    (batch,) = bench.sent
    assert isinstance(batch, Batch) and len(batch.rows) == 2
    assert bench.outbox.calls.callers == {6: 1}


def test_a_call_that_was_abandoned_before_the_session_was_up_is_not_sent() -> None:
    bench = Bench(up=False)
    bench.post(Kind.CALL, "request", ref=5)
    bench.outbox.calls.forget(5)
    bench.outbox.rise(bench.hello)
    bench.outbox.release()
    assert bench.sent == []


def test_a_full_batch_leaves_without_a_flush() -> None:
    bench = Bench()
    while not bench.sent:
        assert bench.outbox.put(Kind.SEND, 0, 1, 0, 1, bytes(1000))
    (batch,) = bench.sent
    assert isinstance(batch, Batch) and 64 * 1024 <= batch.size < 70_000


def test_what_the_runtime_says_behind_its_own_large_message_stays_behind_it() -> None:
    bench = Bench()
    target = Target("b@h", 0, 1)
    large = pack(bytes(10**7))
    assert isinstance(large, Packed)
    bench.outbox.post(Signal(Kind.FAIL, target, 1, 0, large), None, inf)
    assert not bench.outbox.put(Kind.FAIL, 0, 1, 2, 0, b"small")
    bench.outbox.post(Signal(Kind.FAIL, target, 2, 0, Packed(b"small")), None, inf)
    flow = bench.outbox.flow
    assert flow is not None
    bench.outbox.release()
    while flow.lanes:
        bench.outbox.credit(Credit(0, 4 * 1024 * 1024 - flow.stream_room))
    assert [frame.ref for frame in bench.sent if isinstance(frame, Open)] == [1, 2]


def test_the_window_is_never_overrun_by_more_than_one_batch() -> None:
    bench = Bench()
    bench.fill()
    for n in range(1000):
        bench.post(Kind.FAIL, bytes(1000), ref=n)
    bench.outbox.release()
    sent = sum(frame.size for frame in bench.sent if isinstance(frame, Batch))
    assert WINDOW <= sent < WINDOW + 300_000


@pytest.mark.parametrize("kind", [Kind.SEND, Kind.CAST, Kind.CALL, Kind.REPLY])
def test_what_a_process_says_waits_for_the_window(kind: Kind) -> None:
    bench = Bench()
    bench.fill()
    bench.while_waiting(raising(Killed()))
    with pytest.raises(Killed):
        bench.post(kind, "message")


def test_neither_a_failure_nor_what_the_runtime_says_waits_for_the_window() -> None:
    bench = Bench()
    bench.fill()
    bench.while_waiting(raising(Killed()))
    assert bench.post(Kind.FAIL, "error") is True
    assert bench.outbox.post(Signal(Kind.REPLY, Target("b@h", 0, 1), 1, 0, Packed(b"x")), None, inf) is True


@pytest.mark.parametrize("to", ["x" * 70_000, -1], ids=["a long name", "a negative number"])
@pytest.mark.parametrize("body", ["small", bytes(10**6)], ids=["small", "large"])
def test_a_target_that_cannot_be_falls_on_its_sender_even_while_the_window_is_full(to: int | str, body: object) -> None:
    bench = Bench()
    flow = bench.outbox.flow
    assert flow is not None
    flow.stream_room = 0
    bench.while_waiting(raising(Killed()))
    with pytest.raises(ValueError):
        bench.post(Kind.SEND, body, to=to)
    assert bench.post(Kind.SEND, "another") is True
    bench.outbox.credit(Credit(0, 4 * 1024 * 1024))
    assert (bench.rows(), bench.spoilt) == (1, 0)


def test_what_cannot_be_sent_ends_the_session_and_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.outbox._send = raising(MemoryError())
    bench.outbox.put(Kind.SEND, 0, 1, 0, 1, b"message")
    bench.outbox.release()
    assert bench.spoilt == 1 and "the session with b@h ends" in caplog.text


def test_an_interrupt_while_a_frame_is_sent_ends_the_session_and_goes_on_its_way() -> None:
    bench = Bench()
    bench.outbox._send = raising(KeyboardInterrupt())
    bench.outbox.put(Kind.SEND, 0, 1, 0, 1, b"message")
    with pytest.raises(KeyboardInterrupt):
        bench.outbox.release()
    assert bench.spoilt == 1


def test_a_process_at_the_end_of_its_recursion_loses_nothing_of_others() -> None:
    bench = Bench()
    accepted = refused = 0

    def put() -> None:
        nonlocal accepted, refused
        try:
            assert bench.outbox.put(Kind.SEND, 0, 1, 0, 1, bytes(40_000))
            accepted += 1
        except RecursionError:
            refused += 1

    def put_at_the_last(steps: list[None]) -> None:
        with suppress(RecursionError):
            put_at_the_last(steps)
        if steps:
            steps.pop()
            put()

    put_at_the_last([None] * 150)
    bench.outbox.release()
    assert accepted > 100 and refused > 0
    assert (bench.rows(), bench.spoilt) == (accepted, 0)
    assert max(frame.size for frame in bench.sent if isinstance(frame, Batch)) < 512 * 1024
