"""Large bodies, cut up and put together."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.dist.batch import BadFrame
from pybeam.dist.codec import Packed
from pybeam.dist.frames import Fragment, Open
from pybeam.dist.streams import FRAGMENT_SIZE, Assembly, Stream
from pybeam.runtime.ports import Kind

LIMIT = 10**9


def opening(*lengths: int) -> Open:
    return Open(1, Kind.SEND, 1, 0, 1, lengths)


def stream_of(*buffers: bytes) -> Stream:
    packed = Packed(buffers[0], buffers[1:])
    return Stream(opening(*map(len, buffers)), packed)


def fragments_of(stream: Stream) -> list[Fragment]:
    fragments = []
    while stream.left:
        fragments.append(stream.next_fragment())
    return fragments


@given(st.lists(st.integers(1, 3 * FRAGMENT_SIZE), min_size=1, max_size=3))
def test_what_is_cut_up_comes_together_again(lengths: list[int]) -> None:
    buffers = [bytes([n + 1]) * length for n, length in enumerate(lengths)]
    stream = stream_of(*buffers)
    assembly = Assembly(stream.opening, LIMIT)
    *others, last = fragments_of(stream)
    assert [assembly.add(fragment.data) for fragment in others] == [None] * len(others)
    parcel = assembly.add(last.data)
    assert parcel is not None
    assert [parcel._data, *parcel._buffers] == buffers


def test_a_fragment_is_cut_when_it_leaves_and_not_before() -> None:
    body = bytearray(2 * FRAGMENT_SIZE)
    stream = Stream(opening(1, len(body)), Packed(b"p", (memoryview(body),)))
    stream.next_fragment()
    body[:] = b"x" * len(body)
    assert bytes(stream.next_fragment().data) == b"x" * FRAGMENT_SIZE


def test_no_fragment_is_a_copy_or_longer_than_it_may_be() -> None:
    body = bytes(2 * FRAGMENT_SIZE + 1)
    fragments = fragments_of(stream_of(body))
    assert [len(fragment.data) for fragment in fragments] == [FRAGMENT_SIZE, FRAGMENT_SIZE, 1]
    assert all(isinstance(f.data, memoryview) and f.data.obj is body for f in fragments)


def test_a_fragment_beyond_the_end_of_its_buffer_is_a_bad_frame() -> None:
    assembly = Assembly(opening(5, 5), LIMIT)
    with pytest.raises(BadFrame):
        assembly.add(b"123456")


@pytest.mark.parametrize("lengths", [(LIMIT + 1,), (LIMIT, 1), (2**63, 2**63), (5, 0), (0,)])
def test_a_message_over_the_limit_or_with_an_empty_buffer_is_a_bad_frame(lengths: tuple[int, ...]) -> None:
    with pytest.raises(BadFrame):
        Assembly(opening(*lengths), LIMIT)


def test_memory_follows_what_has_come_and_not_what_is_claimed() -> None:
    tracemalloc.start()
    assembly = Assembly(opening(LIMIT), LIMIT)
    assembly.add(b"x" * 1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_a_sender_that_waits_is_told_how_it_ended() -> None:
    told: list[object] = []
    stream = stream_of(b"body")
    stream.end(True)
    stream.wait(told.append)
    stream.end(False)
    assert told == [False]
