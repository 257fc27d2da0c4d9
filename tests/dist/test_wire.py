"""Frames to bytes and back, and what happens to bytes that are no frame."""

from __future__ import annotations

import tracemalloc
from struct import Struct, pack
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam.dist import batch as layout
from pybeam.dist import wire
from pybeam.dist.batch import BadFrame, Batch
from pybeam.dist.frames import Abort, Ack, Bye, Control, Credit, Foreign, Fragment, Hello, Nodes, Open, Refuse, Sign
from pybeam.dist.wire import decode, encode
from pybeam.runtime.ports import Kind

U64 = st.integers(0, 2**64 - 1)
TEXT = st.text(max_size=40)
NUMBER = st.integers(0, 2**63 - 1)
TARGET = NUMBER | TEXT
KIND = st.sampled_from(Kind)
U8 = st.integers(0, 255)
ADDRESS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
SIGNAL = st.tuples(KIND, TARGET, U64, U64, st.binary(max_size=80))
CONTROL: st.SearchStrategy[Control] = st.one_of(
    st.builds(Hello, TEXT, U64, st.booleans(), TEXT, U64, U64, U64, ADDRESS, st.tuples(U8, U8)),
    st.builds(Ack, U64),
    st.builds(Refuse, U64, TEXT),
    st.builds(Bye, U64, U64, TEXT),
    st.builds(Credit, U64, U64),
    st.builds(Nodes, st.lists(TEXT, max_size=5).map(tuple)),
    st.sampled_from(Sign),
    st.builds(Open, U64, KIND, TARGET, U64, U64, st.lists(U64, min_size=1, max_size=5).map(tuple)),
    st.builds(Fragment, U64, st.binary(min_size=1, max_size=80)),
    st.builds(Abort, U64),
)


HEAD = Struct("<BQ")


def batch_of(signals: list[tuple[Kind, int | str, int, int, bytes]]) -> Batch:
    batch = Batch({})
    for signal in signals:
        batch.add(*signal)
    return batch


def sent(seq: int, frame: Batch | Control) -> list[bytes]:
    return [bytes(part) for part in encode(seq, frame)]


@given(U64, CONTROL)
def test_every_frame_comes_back_as_it_was(seq: int, frame: Control) -> None:
    assert decode(sent(seq, frame), []) == (seq, frame)


@given(U64, st.lists(SIGNAL, max_size=20))
def test_a_batch_comes_back_signal_by_signal(seq: int, signals: list[tuple[Kind, int | str, int, int, bytes]]) -> None:
    assert decode(sent(seq, batch_of(signals)), []) == (seq, signals)


@given(st.lists(SIGNAL, max_size=20))
def test_a_batch_knows_its_size_on_the_wire(signals: list[tuple[Kind, int | str, int, int, bytes]]) -> None:
    batch = batch_of(signals)
    assert len(sent(0, batch)[0]) == layout.BATCH_HEAD + batch.size


def test_a_name_used_often_in_a_batch_travels_once() -> None:
    batch = batch_of([(Kind.SEND, "a_rather_long_name", 0, 1, b"x")] * 100)
    assert sent(0, batch)[0].count(b"a_rather_long_name") == 1


def test_a_batch_keeps_the_bodies_of_equal_names_apart() -> None:
    signals = [(Kind.CALL, name, n, 1, b"%d" % n) for n, name in enumerate(["a", "b", "a", "c", "b"])]
    assert decode(sent(3, batch_of(list(signals))), []) == (3, signals)


def test_the_data_of_a_fragment_is_not_copied() -> None:
    data = memoryview(bytes(100))
    assert encode(0, Fragment(1, data))[1] is data


def test_a_name_longer_than_a_text_may_be_is_refused_before_anything_is_queued() -> None:
    batch = Batch({})
    with pytest.raises(ValueError, match="70000 bytes"):
        batch.add(Kind.SEND, "n" * 70_000, 0, 1, b"")
    assert (batch.rows, batch.texts, batch.names, batch.size) == ([], [], {}, 0)


@pytest.mark.parametrize("number", [-1, 2**63, 2**64 - 1, 2**64])
def test_a_number_that_would_be_read_as_a_name_is_refused_before_anything_is_queued(number: int) -> None:
    batch = Batch({})
    with pytest.raises(ValueError, match="no process can be"):
        batch.add(Kind.REPLY, number, 0, 1, b"")
    assert (batch.rows, batch.bodies, batch.size) == ([], [], 0)


def test_a_reason_of_any_length_can_be_sent() -> None:
    _, frame = decode(sent(0, Bye(1, 2, "é" * 100_000)), [])
    assert frame == Bye(1, 2, "é" * 500)


def test_a_hello_of_another_version_can_still_be_answered() -> None:
    hello = Hello("a@h", 1, False, "b@h", 0, 77, 0, "tcp://127.0.0.1:9", (3, 11))
    raw = bytearray(sent(0, hello)[0])
    raw[9:11] = pack("<H", wire.VERSION + 1)
    assert decode([bytes(raw) + b"what it adds"], []) == (0, Foreign(wire.VERSION + 1, 77, "tcp://127.0.0.1:9"))


@given(st.lists(st.lists(SIGNAL, max_size=4), max_size=8), st.integers(1, 5))
def test_the_batches_of_a_session_arrive_as_they_were_whatever_names_they_share(
    batches: list[list[tuple[Kind, int | str, int, int, bytes]]], kept: int
) -> None:
    places: dict[str, int] = {}
    names: list[str] = []
    with patch.object(layout, "NAMES_KEPT", kept):
        for seq, signals in enumerate(batches):
            batch = Batch(places)
            for signal in signals:
                batch.add(*signal)
            assert decode(sent(seq, batch), names) == (seq, signals)


def test_a_name_is_spelt_out_once_in_a_session() -> None:
    places: dict[str, int] = {}
    frames = []
    for _ in range(3):
        batch = Batch(places)
        batch.add(Kind.CALL, "a_rather_long_name", 1, 1, b"x")
        frames += sent(0, batch)
    assert [frame.count(b"a_rather_long_name") for frame in frames] == [1, 0, 0]
    assert len(frames[1]) == layout.BATCH_HEAD + layout.ROW_SIZE + 1


def test_a_batch_of_more_names_than_it_can_have_signals_is_a_bad_frame() -> None:
    many = layout.MAX_FRESH + 1
    with pytest.raises(BadFrame, match="names from"):
        decode([HEAD.pack(layout.BATCH, 0) + pack("<III", 0, many, 0) + b"\x01\x00n" * many], [])


@pytest.mark.parametrize(
    ("first", "known"),
    [(1, []), (2, ["a"]), (1, ["a", "b"]), (layout.NAMES_KEPT, ["a"] * layout.NAMES_KEPT)],
)
def test_names_that_do_not_follow_those_before_are_a_bad_frame(first: int, known: list[str]) -> None:
    frame = HEAD.pack(layout.BATCH, 0) + pack("<III", 0, 1, first) + b"\x01\x00n"
    with pytest.raises(BadFrame, match="names from"):
        decode([frame], known)


@settings(max_examples=500)
@given(CONTROL, st.data())
def test_a_changed_frame_is_a_bad_frame_or_another_good_one(frame: Control, data: st.DataObject) -> None:
    parts = [bytearray(part) for part in sent(5, frame)]
    for _ in range(data.draw(st.integers(1, 4))):
        part = data.draw(st.sampled_from(parts))
        if part:
            part[data.draw(st.integers(0, len(part) - 1))] = data.draw(U8)
    decodes_or_bad(mutilated(data, [bytes(part) for part in parts]))


@settings(max_examples=300)
@given(st.lists(SIGNAL, min_size=1, max_size=5), st.data())
def test_a_changed_batch_is_a_bad_frame_or_another_good_one(
    signals: list[tuple[Kind, int | str, int, int, bytes]], data: st.DataObject
) -> None:
    raw = bytearray(sent(5, batch_of(signals))[0])
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(U8)
    decodes_or_bad(mutilated(data, [bytes(raw)]))


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=200), max_size=3))
def test_noise_is_a_bad_frame_or_by_chance_a_good_one(parts: list[bytes]) -> None:
    decodes_or_bad(parts)


def mutilated(data: st.DataObject, parts: list[bytes]) -> list[bytes]:
    how = data.draw(st.sampled_from(["whole", "shorter", "longer", "one part more", "one part less"]))
    if how == "shorter":
        return [part[: data.draw(st.integers(0, len(part)))] for part in parts]
    if how == "longer":
        return [parts[0] + data.draw(st.binary(min_size=1, max_size=9)), *parts[1:]]
    return {"whole": parts, "one part more": [*parts, b"x"], "one part less": parts[:-1]}[how]


def decodes_or_bad(parts: list[bytes]) -> None:
    try:
        seq, _ = decode(parts, [])
    except BadFrame:
        return
    assert 0 <= seq < 2**64


@given(st.lists(SIGNAL, min_size=1, max_size=5), st.integers(1, 300))
def test_no_truncated_batch_decodes(signals: list[tuple[Kind, int | str, int, int, bytes]], missing: int) -> None:
    raw = sent(5, batch_of(signals))[0]
    with pytest.raises(BadFrame):
        decode([raw[:-missing]], [])


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b""],
        [b"\x05"],
        [HEAD.pack(0, 0)],
        [HEAD.pack(99, 0)],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 2**32 - 1, 0, 0)],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 0, 2**32 - 1, 0)],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 1, 0, 0) + pack("<BQQQI", 200, 1, 1, 1, 0)],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 1, 0, 0) + pack("<BQQQI", 1, 1, 1, 1, 2**32 - 1)],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 1, 0, 0) + pack("<BQQQI", 1, layout.NAMED, 1, 1, 0)],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 0, 1, 0) + b"\x02\x00\xff\xff"],
        [HEAD.pack(layout.BATCH, 0) + pack("<III", 0, 0, 0), b"a second part"],
        [HEAD.pack(wire.NODES, 0) + pack("<I", 2**32 - 1)],
        [HEAD.pack(wire.OPEN, 0) + pack("<QBQQQHI", 1, 1, 1, 1, 1, 0, 2**32 - 1)],
        [HEAD.pack(wire.OPEN, 0) + pack("<QBQQQHI", 1, 1, 1, 1, 1, 0, 0)],
        [HEAD.pack(wire.OPEN, 0) + pack("<QBQQQH", 1, 1, 5, 1, 1, 1) + b"n" + pack("<IQ", 1, 1)],
        [HEAD.pack(wire.FRAGMENT, 0) + pack("<Q", 1)],
        [HEAD.pack(wire.FRAGMENT, 0) + pack("<Q", 1), b""],
        [HEAD.pack(wire.FRAGMENT, 0) + pack("<Q", 1), b"a", b"b"],
        [HEAD.pack(wire.HELLO, 0) + pack("<HQH", wire.VERSION, 1, 1) + b"\n" + bytes(27 + 4)],
        [
            HEAD.pack(wire.HELLO, 0)
            + pack("<HQH", wire.VERSION, 1, 1)
            + b"a"
            + pack("<QQQBBB", 1, 0, 0, 2, 3, 11)
            + bytes(4)
        ],
        [HEAD.pack(Sign.TICK.value, 0) + b"more"],
    ],
    ids=str,
)
def test_a_malformed_frame_is_a_bad_frame(parts: list[bytes]) -> None:
    with pytest.raises(BadFrame):
        decode(parts, [])


def test_a_claimed_size_allocates_nothing() -> None:
    claims = [
        HEAD.pack(layout.BATCH, 0) + pack("<III", 2**32 - 1, 2**32 - 1, 0) + bytes(1000),
        HEAD.pack(wire.OPEN, 0) + pack("<QBQQQHI", 1, 1, 1, 1, 1, 0, 2**32 - 1) + bytes(1000),
    ]
    tracemalloc.start()
    for claim in claims:
        with pytest.raises(BadFrame):
            decode([claim], [])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000
