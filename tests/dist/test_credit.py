"""What may leave, in which order, and who waits for it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam.dist.batch import BadFrame, Batch
from pybeam.dist.codec import Packed
from pybeam.dist.credit import (
    BATCH_SIZE,
    GRANT,
    STREAM_GRANT,
    STREAM_WINDOW,
    WINDOW,
    Inflow,
    Line,
    Outflow,
)
from pybeam.dist.frames import Abort, Control, Credit, Fragment, Open
from pybeam.dist.streams import FRAGMENT_SIZE, Stream
from pybeam.runtime.ports import Kind

LIMIT = 4 * 1024**3
KIB = 1024


def add(flow: Outflow, size: int, sender: int = 1) -> None:
    flow.add(Kind.REPLY, 1, 0, sender, bytes(size))


def stream(flow: Outflow, fragments: int, sender: int) -> Stream:
    return flow.stream(Kind.SEND, 1, 0, sender, Packed(bytes(fragments * FRAGMENT_SIZE)))


def fill(flow: Outflow) -> list[Batch]:
    """Use up the window."""
    batches = []
    while flow.space() > 0:
        add(flow, 200 * KIB)
        batches += [frame for frame in flow.release() if isinstance(frame, Batch)]
    return batches


def brief(frames: list[Batch | Control]) -> list[object]:
    return [(type(f).__name__, f.stream) if isinstance(f, Open | Fragment | Abort) else len(f.rows) for f in frames]  # type: ignore[union-attr]


def test_a_flush_sends_one_batch_of_all_that_waits() -> None:
    flow = Outflow()
    for _ in range(5):
        add(flow, 10)
    assert brief(list(flow.release())) == [5]
    assert list(flow.release()) == []


def test_nothing_beyond_the_window_leaves_before_credit_comes() -> None:
    flow = Outflow()
    left = fill(flow)
    add(flow, 10)
    assert sum(batch.size for batch in left) >= WINDOW
    assert list(flow.release()) == []
    flow.credit(Credit(GRANT, 0))
    assert brief(list(flow.release())) == [1]


def test_what_was_held_back_leaves_in_order_and_in_frames_of_the_usual_size() -> None:
    flow = Outflow()
    left = fill(flow)
    for n in range(100):
        flow.add(Kind.REPLY, 1, n, 1, bytes(2000))
        assert list(flow.release()) == []
    assert flow.space() < 0
    flow.credit(Credit(sum(batch.size for batch in left), 0))
    frames = [frame for frame in flow.release() if isinstance(frame, Batch)]
    refs = [int.from_bytes(row[9:17], "little") for batch in frames for row in batch.rows]
    assert refs == list(range(100))
    assert all(batch.size < BATCH_SIZE + 3000 for batch in frames) and len(frames) > 2


def test_a_sealed_batch_leaves_before_what_comes_later_and_has_taken_its_room_already() -> None:
    flow = Outflow()
    add(flow, 100)
    flow.seal()
    assert flow.room == flow.space() == WINDOW - 129
    add(flow, 100)
    add(flow, 100)
    assert brief(list(flow.release())) == [1, 2]
    with pytest.raises(BadFrame):
        flow.credit(Credit(3 * 129 + 1, 0))


def test_credit_for_a_batch_that_has_not_left_is_a_bad_frame() -> None:
    flow = Outflow()
    add(flow, 100)
    flow.seal()
    with pytest.raises(BadFrame):
        flow.credit(Credit(1, 0))


@pytest.mark.parametrize("process", ["x" * 70_000, -1, 2**63, 2**64])
def test_a_stream_to_nobody_possible_is_refused_and_not_queued(process: int | str) -> None:
    flow = Outflow()
    with pytest.raises(ValueError, match=r"65535|no process can be"):
        flow.stream(Kind.SEND, process, 0, 1, Packed(b"body"))
    assert not flow.lanes
    assert stream(flow, 1, sender=1).opening.stream == 1


def test_fragments_take_turns_and_leave_behind_the_batch() -> None:
    flow = Outflow()
    stream(flow, 2, sender=1)
    stream(flow, 1, sender=2)
    add(flow, 10)
    frames = brief(list(flow.release()))
    assert frames == [1, ("Open", 1), ("Fragment", 1), ("Open", 2), ("Fragment", 2), ("Fragment", 1)]


def test_no_more_than_a_few_fragments_are_on_their_way() -> None:
    flow = Outflow()
    large = stream(flow, 100, sender=1)
    first = [f for f in flow.release() if isinstance(f, Fragment)]
    assert len(first) * FRAGMENT_SIZE == STREAM_WINDOW
    flow.credit(Credit(0, STREAM_GRANT))
    assert len(list(flow.release())) == STREAM_GRANT // FRAGMENT_SIZE
    assert large.left == 100 * FRAGMENT_SIZE - STREAM_WINDOW - STREAM_GRANT


def test_fragments_leave_though_small_messages_fill_their_window_all_the_time() -> None:
    flow = Outflow()
    large = stream(flow, 2 * STREAM_WINDOW // FRAGMENT_SIZE, sender=1)
    rounds = 0
    while large.left and rounds < 10:
        fill(flow)
        flow.credit(Credit(WINDOW - flow.room, STREAM_WINDOW - flow.stream_room))
        rounds += 1
    assert rounds == 2


def test_no_fragment_overtakes_what_its_sender_sent_before() -> None:
    flow = Outflow()
    left = fill(flow)
    add(flow, 10, sender=7)
    stream(flow, 1, sender=7)
    assert list(flow.release()) == []
    flow.credit(Credit(sum(batch.size for batch in left), 0))
    assert brief(list(flow.release())) == [1, ("Open", 1), ("Fragment", 1)]


def test_streams_of_one_sender_leave_one_after_the_other() -> None:
    flow = Outflow()
    stream(flow, 2, sender=0)
    stream(flow, 1, sender=0)
    numbers = [f.stream for f in flow.release() if isinstance(f, Fragment)]
    assert numbers == [1, 1, 2]


def test_an_aborted_stream_is_taken_back_and_the_peer_is_told_if_it_knows_it() -> None:
    flow = Outflow()
    begun, unknown = stream(flow, 100, sender=1), stream(flow, 100, sender=2)
    unknown_too = stream(flow, 100, sender=3)
    flow.abort(unknown)
    list(flow.release())
    flow.abort(begun)
    flow.abort(begun)
    flow.abort(unknown_too)
    assert brief(list(flow.release())) == [("Abort", 1), ("Abort", 3)]
    assert not flow.lanes


def test_a_stream_that_has_left_cannot_be_aborted() -> None:
    flow = Outflow()
    done = stream(flow, 1, sender=1)
    list(flow.release())
    flow.abort(done)
    assert list(flow.release()) == []


def test_senders_go_on_in_their_order_as_far_as_there_is_room() -> None:
    line, told = Line(), list[tuple[str, object]]()
    for name in "abc":
        line.enter(lambda value, name=name: told.append((name, value)), 100)  # type: ignore[misc]
    line.admit(150)
    assert told == [("a", True), ("b", True)]
    line.admit(0)
    assert len(told) == 2
    line.dismiss()
    assert told[2:] == [("c", False)] and not line


def test_one_who_has_left_the_line_is_not_called() -> None:
    line, told = Line(), list[object]()
    line.enter(told.append, 1)
    line.leave(told.append)
    line.leave(told.append)
    line.admit(10)
    assert told == []


def test_at_the_end_everyone_who_waits_is_sent_away() -> None:
    flow, told = Outflow(), list[object]()
    flow.line.enter(told.append, 1)
    stream(flow, 100, sender=1).wait(told.append)
    flow.end()
    assert told == [False, False]


@pytest.mark.parametrize("credit", [Credit(1, 0), Credit(0, 1), Credit(2**63, 2**63)])
def test_credit_for_what_was_never_sent_is_a_bad_frame(credit: Credit) -> None:
    with pytest.raises(BadFrame):
        Outflow().credit(credit)


def test_the_receiver_gives_credit_for_a_quarter_of_the_window_at_a_time() -> None:
    inflow = Inflow(LIMIT)
    inflow.take_batch(GRANT - 1)
    assert not inflow.due
    inflow.take_batch(1)
    assert inflow.due and inflow.grant() == Credit(GRANT, 0)
    assert not inflow.due


def test_a_sender_that_ignores_its_window_is_cut_off() -> None:
    inflow = Inflow(LIMIT)
    inflow.take_batch(2 * WINDOW)
    with pytest.raises(BadFrame, match="window"):
        inflow.take_batch(1)


def test_a_sender_that_ignores_the_window_of_streams_is_cut_off() -> None:
    inflow = Inflow(LIMIT)
    inflow.open(Open(1, Kind.SEND, 1, 0, 1, (LIMIT,)))
    with pytest.raises(BadFrame, match="window"):
        for _ in range(2 * STREAM_WINDOW // FRAGMENT_SIZE + 1):
            inflow.take_fragment(Fragment(1, bytes(FRAGMENT_SIZE)))


@pytest.mark.parametrize("what", ["opened twice", "no such stream", "aborted twice"])
def test_frames_of_streams_that_make_no_sense_are_bad(what: str) -> None:
    inflow, opening = Inflow(LIMIT), Open(1, Kind.SEND, 1, 0, 1, (10,))
    inflow.open(opening)
    if what == "aborted twice":
        inflow.abort(Abort(1))
    acts: dict[str, Callable[[], object]] = {
        "opened twice": lambda: inflow.open(opening),
        "no such stream": lambda: inflow.take_fragment(Fragment(2, b"x")),
        "aborted twice": lambda: inflow.abort(Abort(1)),
    }
    with pytest.raises(BadFrame):
        acts[what]()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 700 * KIB)), min_size=1, max_size=60), st.randoms())
def test_everything_arrives_once_and_each_senders_in_order(messages: list[tuple[int, int]], random: Random) -> None:
    flow, inflow = Outflow(), Inflow(LIMIT)
    arrived: list[tuple[int, int]] = []
    waiting = list(enumerate(messages))
    while waiting or flow.batch.rows or flow.lanes:
        while waiting and random.random() < 0.6:
            ref, (sender, size) = waiting.pop(0)
            if size > 256 * KIB or sender in flow.lanes:
                flow.stream(Kind.SEND, 1, ref, sender, Packed(bytes(size)))
            else:
                flow.add(Kind.REPLY, 1, ref, sender, bytes(size))
        for frame in flow.release():
            receive(inflow, frame, arrived)
        flow.credit(inflow.grant())
    assert sorted(ref for _, ref in arrived) == list(range(len(messages)))
    for sender in range(5):
        refs = [ref for number, ref in arrived if number == sender]
        assert refs == sorted(refs)
    assert (flow.room, flow.stream_room) == (WINDOW, STREAM_WINDOW)


def receive(inflow: Inflow, frame: Batch | Control, arrived: list[tuple[int, int]]) -> None:
    if isinstance(frame, Batch):
        inflow.take_batch(frame.size)
        for row in frame.rows:
            arrived.append((int.from_bytes(row[17:25], "little"), int.from_bytes(row[9:17], "little")))
    elif isinstance(frame, Open):
        inflow.open(frame)
    elif isinstance(frame, Fragment) and (whole := inflow.take_fragment(frame)) is not None:
        arrived.append((whole[0].sender, whole[0].ref))
