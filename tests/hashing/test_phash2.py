"""phash2 gives Erlang's numbers, and refuses what Erlang has no term for.

`phash2.tsv` holds numbers that a real Erlang printed: the term as a Python expression, then
`phash2(T)`, `phash2(T, 5)` and `phash2(T, 1000)`. The other constants here were printed by
OTP 25 too. tests/integration compares with a living Erlang where there is one.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from enum import Enum, IntEnum, IntFlag, StrEnum
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.hashing import phash2
from pybeam.terms import Atom, Pid, Ref

FULL = 2**32
NAMES = {"Atom": Atom, "Map": dict, "float": float}

keys = st.integers() | st.binary() | st.floats(allow_nan=False, allow_infinity=False) | st.text().map(Atom)
leaves = keys | st.text() | st.booleans() | st.none()
terms = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner),
    max_leaves=10,
)


class Point(NamedTuple):
    x: int
    y: int


class Level(IntEnum):
    HIGH = 3


class Flags(IntFlag):
    LOW = 1
    TOP = 2**40


class Colour(StrEnum):
    RED = "red"


class Plain(Enum):
    ONE = 1


# What Erlang says


def test_every_vector_of_a_real_erlang_comes_out() -> None:
    lines = Path(__file__).with_name("phash2.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1487
    assert [line for line in lines if line != with_our_numbers(line)] == []


def with_our_numbers(line: str) -> str:
    expression = line.partition("\t")[0]
    term = eval(expression, NAMES)
    return f"{expression}\t{phash2(term)}\t{phash2(term, 5)}\t{phash2(term, 1000)}"


@pytest.mark.parametrize(
    ("last", "expected"),
    [(1000, [214, 179, 207, 209, 191]), (100_000, [20002, 20054, 20130, 19943, 19871])],
)
def test_integers_spread_over_five_as_the_story_prints(last: int, expected: list[int]) -> None:
    counts = Counter(phash2(number, 5) for number in range(1, last + 1))
    assert [counts[place] for place in range(5)] == expected


CORNERS: dict[str, tuple[object, int]] = {
    "zero": (0.0, 423528920),
    "minus zero": (-0.0, 423528920),
    "five digits": (2**300, 4169449493),
    "the least of two digits": (-(2**64), 2563594619),
    "a megabit": (2**1_000_000, 692949876),
    "beyond ASCII": ("héllo €", 3334475320),
    "a long binary with a rest": ("x" * 1_000_003, 2389855667),
    "the empty atom": (Atom(""), 0),
    "a Latin-1 atom": (Atom("é"), 233),
    "an atom beyond Latin-1": (Atom("€"), 60108),
    "the longest atom": (Atom("€" * 255), 181618684),
    "a state of 0 before the end of a list": ([Atom("")], 3468870702),
    "true is no byte": ([True, 1, None], 132784691),
    "the smallest hashmap": ({n: n for n in range(33)}, 2846741345),
    "a hashmap of some depth": ({n: n for n in range(200)}, 2042304639),
}


@pytest.mark.parametrize(("term", "expected"), CORNERS.values(), ids=CORNERS)
def test_corners_that_the_vectors_leave_out(term: object, expected: int) -> None:
    assert phash2(term, FULL) == expected


def test_depth_far_beyond_the_recursion_limit_hashes_as_in_erlang() -> None:
    term: object = []
    for _ in range(33_333):
        term = {1: ([term],)}
    assert phash2(term, FULL) == 2163835748


# What counts as which term


def test_the_three_singletons_are_atoms() -> None:
    assert [phash2(one) for one in (True, False, None)] == [phash2(Atom(name)) for name in ("true", "false", "nil")]


def test_a_number_its_float_and_true_are_three_terms() -> None:
    assert len({phash2(1), phash2(1.0), phash2(True)}) == 3


@pytest.mark.parametrize(
    ("term", "base"),
    [
        (Point(3, 4), (3, 4)),
        (Level.HIGH, 3),
        (Flags.LOW | Flags.TOP, 2**40 + 1),
        ([Level.HIGH, Flags.LOW], [3, 1]),
        (Colour.RED, "red"),
        (OrderedDict(b=1, a=2), {"a": 2, "b": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (type("Name", (Atom,), {})("ok"), Atom("ok")),
    ],
)
def test_a_subclass_counts_as_its_base(term: object, base: object) -> None:
    assert phash2(term, FULL) == phash2(base, FULL)


def test_one_container_may_stand_in_a_term_many_times() -> None:
    shared = [1000, 2000]
    assert phash2([shared, (shared, shared)]) == phash2([[1000, 2000], ([1000, 2000], [1000, 2000])])


# What is refused


@pytest.mark.parametrize(
    ("term", "named"),
    [
        ({1, 2}, "set"),
        (frozenset(), "frozenset"),
        (bytearray(b"a"), "bytearray"),
        (memoryview(b"a"), "memoryview"),
        (1j, "complex"),
        (range(3), "range"),
        (object(), "object"),
        (Path, "type"),
        (Plain.ONE, "Plain"),
        (Pid("a@b", 1, 2), "Pid"),
        (Ref("a@b", 1, 2), "Ref"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (float("nan"), "nan"),
        ("a\ud800", "surrogate"),
        (Atom("\udfff"), "surrogate"),
        (Atom("x" * 256), "256 characters"),
    ],
)
@pytest.mark.parametrize(
    "inside",
    [
        lambda term: term,
        lambda term: [1, [term]],
        lambda term: ("deeper", (term,)),
        lambda term: {"value": term},
        lambda term: {Key(term): 1},
    ],
    ids=["bare", "list", "tuple", "value", "key"],
)
def test_what_erlang_has_no_term_for_is_a_type_error_that_names_it(
    term: object, named: str, inside: Callable[[object], object]
) -> None:
    with pytest.raises(TypeError, match=named) as refused:
        phash2(inside(term))
    assert "no Erlang counterpart" in str(refused.value)


class Key(tuple[object, ...]):
    """A tuple that may be a dict's key whatever it holds."""

    def __new__(cls, item: object) -> Key:
        return super().__new__(cls, (item,))

    def __hash__(self) -> int:
        return 1


def test_a_container_inside_itself_is_a_type_error() -> None:
    loop: list[object] = [1000]
    loop.append(loop)
    ring: dict[str, object] = {}
    ring["round"] = [({"again": ring},)]
    for term, named in ((loop, "list"), (ring, "dict"), ((1, loop), "list")):
        with pytest.raises(TypeError, match=f"a {named} that contains itself"):
            phash2(term)


@pytest.mark.parametrize("bad", [0, -1, 2**32 + 1, True, False, None, 5.0, "5", 2**27 * 1.0])
def test_a_bad_range_is_a_value_error_whatever_the_term(bad: int) -> None:
    for term in ("key", 7, [object()]):
        with pytest.raises(ValueError, match="range"):
            phash2(term, bad)


def test_the_range_may_be_one_and_the_whole_word() -> None:
    assert phash2("key", 1) == 0
    assert phash2("key", 2**32) % 2**27 == phash2("key")


# What holds for every term


@given(terms, st.integers(1, FULL))
def test_a_result_is_the_full_hash_modulo_the_range(term: object, width: int) -> None:
    assert phash2(term, width) == phash2(term, FULL) % width
    assert phash2(term) == phash2(term, 2**27)


@given(st.dictionaries(keys, terms, max_size=50), st.randoms(use_true_random=False))
def test_the_order_of_a_dict_is_nothing(term: dict[object, object], chance: Random) -> None:
    pairs = list(term.items())
    chance.shuffle(pairs)
    assert phash2(dict(pairs), FULL) == phash2(term, FULL)


@given(st.text())
def test_a_str_is_the_binary_of_its_utf8(text: str) -> None:
    assert phash2(text, FULL) == phash2(text.encode(), FULL)
    assert phash2([text], FULL) == phash2([text.encode()], FULL)


@given(st.text(max_size=255))
def test_an_atom_is_not_the_str_that_it_equals(text: str) -> None:
    assert Atom(text) == text
    assert phash2(Atom(text), FULL) != phash2(text, FULL)


@given(st.binary(min_size=1))
def test_a_list_of_bytes_is_not_the_binary(data: bytes) -> None:
    assert phash2(list(data), FULL) != phash2(data, FULL)
