"""Values as text: whole where they are small, cut where they are large, and never raising or taking long."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.errors import Crash
from pybeam.shown import LIMIT, cut, shown
from pybeam.terms import Atom, Pid


@dataclass
class Point:
    x: object
    y: object = 0


class Entry(NamedTuple):
    key: object
    value: object


class Raises:
    def __repr__(self) -> str:
        raise SystemExit("no")


class Counts:
    """Counts how often it is made a text."""

    def __init__(self) -> None:
        self.shown = 0

    def __repr__(self) -> str:
        self.shown += 1
        return "counted"


small = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.builds(Point, inner, inner)
        | st.builds(Entry, inner, inner)
        | st.builds(ValueError, inner)
    ),
    max_leaves=5,
)


@given(small)
def test_what_is_small_is_its_repr(value: object) -> None:
    # Deeper than four containers is shown by dots.
    assert shown(value) == repr(value) or "..." in shown(value)


@pytest.mark.parametrize(
    "value", [{1}, frozenset({1}), deque([1, 2]), (), (1,), set(), Atom("ok"), Pid("a@b", 1, 2), int, OrderedDict(a=1)]
)
def test_other_kinds_are_their_repr_too(value: object) -> None:
    assert shown(value) == repr(value)


HUGE: dict[str, Any] = {
    "str": "x" * 10**7,
    "bytes": b"x" * 10**7,
    "bytearray": bytearray(10**7),
    "int": 1 << 10**7,
    "list": [0] * 10**7,
    "dict": dict.fromkeys(range(10**5), "x" * 10**5),
    "set": set(range(10**6)),
    "tuple of str": ("put", "key", "x" * 10**7),
    "dataclass": Point("x" * 10**7),
    "named tuple": Entry("key", b"x" * 10**7),
    "exception": ValueError("x" * 10**7),
    "nested": [[["x" * 10**7] * 100] * 100] * 100,
}


@pytest.mark.parametrize("kind", HUGE)
def test_what_is_huge_stays_within_the_limit(kind: str) -> None:
    assert len(shown(HUGE[kind])) <= LIMIT
    assert len(shown(HUGE[kind], 100)) <= 100


def test_of_a_long_list_only_the_first_parts_are_made_a_text() -> None:
    parts = [Counts() for _ in range(1000)]
    assert "1000 in all" in shown(parts)
    assert sum(part.shown for part in parts) == 8


def test_of_a_crash_the_text_is_cut() -> None:
    assert len(shown(Crash("ValueError", "x" * 10**6, ""))) <= LIMIT


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert shown(endless) == "[[[[[...]]]]]"


def test_a_repr_that_raises_whatever_it_be_is_told() -> None:
    assert shown([Raises(), 1]) == "[<Raises, whose repr raises SystemExit>, 1]"


@given(st.text(), st.integers(5, 50))
def test_a_cut_text_fits_and_keeps_both_its_ends(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) == min(len(text), limit)
    assert short[0:1] == text[0:1]
    assert short[-1:] == text[-1:]
