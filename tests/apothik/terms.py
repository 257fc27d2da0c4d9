"""Keys for the tests, and Erlang's notion of when two are one, written down a second time."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from hypothesis import strategies as st

from pybeam import Atom


class Point(NamedTuple):
    x: Any
    y: Any


class Level(IntEnum):
    ONE = 1


class Word(StrEnum):
    A = "a"


class HashableList(list[Any]):
    def __hash__(self) -> int:  # type: ignore[override]
        return 0


class HashableDict(dict[Any, Any]):
    def __hash__(self) -> int:  # type: ignore[override]
        return 0


def erlang(term: Any) -> str:
    """`term` in Erlang's own notation: two keys are one exactly when this is the same text."""
    match term:
        case None:
            return "'nil'"
        case bool():
            return f"'{str(term).lower()}'"
        case Atom():
            return f"'{term!s}'"
        case str():
            return f"<<{term.encode().hex()}>>"
        case bytes():
            return f"<<{term.hex()}>>"
        case int():
            return format(term, "d")
        case float():
            return (term + 0.0).hex()
        case tuple():
            return "{" + ",".join(map(erlang, term)) + "}"
        case list():
            return "[" + ",".join(map(erlang, term)) + "]"
        case dict():
            return "#{" + ",".join(sorted(f"{erlang(k)}=>{erlang(v)}" for k, v in term.items())) + "}"
    raise AssertionError(term)


ALIKE: list[Any] = [
    *(0, 1, -1, 2**70, 0.0, -0.0, 1.0, float(2**70), True, False, None, Level.ONE, Word.A),
    *("", "a", "1", "true", "é", "\U0001f600", b"", b"a", b"true", "é".encode(), b"\xe9", b"\xff\xfe"),
    *map(Atom, ("", "a", "true", "false", "nil", "é", "None")),
    *((), (1,), (1.0,), (True,), ("a",), (b"a",), ((1,),), Point(1, 1.0), (1, 1.0), (1.0, 1), HashableList([1])),
    *(HashableList([1.0]), HashableList(), HashableDict({1: "a"}), HashableDict({1.0: b"a"}), HashableDict({1: b"a"})),
]
"""Keys that a Python dict would mix up, or take apart, more than others."""

leaves = (
    st.sampled_from(ALIKE)
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | st.binary(max_size=4)
    | st.text(max_size=4).map(Atom)
)
keys = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=5)
"""Anything that can be a key."""


DEEP: Any = ()
for _ in range(100_000):
    DEEP = (DEEP,)


class Sulking(str):
    def __reduce__(self) -> Any:
        raise RuntimeError("I stay here")


class Touchy(str):
    def __hash__(self) -> int:
        raise ValueError("do not look at me")


NO_KEYS: list[Any] = [
    [1],
    {},
    {1: 2},
    set(),
    frozenset(),
    object(),
    1j,
    float("nan"),
    float("inf"),
    bytearray(b"a"),
    "\ud800",
]
NO_KEYS += [Atom("a" * 256), Atom("\ud800"), lambda: 1, int, ..., ([1],), (1, ({},)), (frozenset(),), ("\ud800",)]
"""What phash2 refuses or no dict takes."""


def class_name(key: object) -> str:
    """An id for a test's parameter: some of these keys cannot be shown."""
    return type(key).__name__
