"""Open calls: one answer each, even one that comes too soon."""

from __future__ import annotations

import pytest

from pybeam.dist.calls import OpenCalls
from pybeam.dist.codec import Parcel, pack
from pybeam.runtime.ports import Kind


def answer() -> Parcel:
    packed = pack("answer")
    assert isinstance(packed, bytes)
    return Parcel(packed)


def test_an_answer_that_comes_while_the_caller_still_posts_is_kept_for_it() -> None:
    calls, parcel = OpenCalls(), answer()
    calls.begin(7, caller=3)
    calls.answer_early(Kind.REPLY, 7, parcel)
    assert calls.settle(7) == (Kind.REPLY, parcel)
    assert calls.callers == {}
    assert list(calls.end()) == []


def test_a_call_that_has_been_posted_waits_for_its_answer() -> None:
    calls = OpenCalls()
    calls.begin(7, caller=3)
    assert calls.settle(7) is None
    assert calls.callers == {7: 3}


def test_an_answer_to_no_open_call_is_dropped() -> None:
    calls = OpenCalls()
    calls.answer_early(Kind.REPLY, 7, answer())
    calls.begin(7, caller=3)
    assert calls.settle(7) is None


def test_at_the_end_those_who_wait_are_named_in_the_order_of_their_calls() -> None:
    calls = OpenCalls()
    calls.callers[9] = 1
    calls.begin(5, caller=2)
    calls.begin(8, caller=3)
    calls.settle(8)
    assert list(calls.end()) == [(9, 1), (8, 3)]


def test_a_caller_that_comes_back_from_posting_after_the_end_finds_its_call_gone() -> None:
    calls = OpenCalls()
    calls.begin(5, caller=2)
    list(calls.end())
    with pytest.raises(KeyError):
        calls.settle(5)


def test_a_forgotten_call_has_no_answer_and_no_failure() -> None:
    calls = OpenCalls()
    calls.begin(5, caller=2)
    calls.answer_early(Kind.REPLY, 5, answer())
    calls.forget(5)
    assert list(calls.end()) == []
