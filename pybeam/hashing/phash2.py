"""Give every term the number that Erlang's `erlang:phash2/2` gives it, bit for bit.

Pure: a term in, a number out, the same in every process and on every machine. It knows no
node and no cluster; who owns a key is decided elsewhere, from this number.

The rules are those of `make_hash2` in OTP 25 (erts/emulator/beam/utils.c; later releases keep
it in erl_term_hashing.c). One 32-bit state runs through the whole term. Each leaf and each
container's size is stirred into it, beside a constant that says what kind of thing it is, by
the mixing step of Bob Jenkins's lookup2 ("A hash function for hash table lookup", Dr. Dobb's
Journal, September 1997). Three corners are Erlang's own:

- a list's bytes are packed four to a mix, since Erlang's strings are lists of bytes;
- an atom brings its hash from the atom table, unmixed where the state is still 0;
- the pairs of a map are hashed each from 0 and joined by xor, so that their order is nothing.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Generator
from itertools import groupby
from types import NoneType
from typing import Any

from ..terms import Atom

_MASK = 0xFFFFFFFF
_WIDEST_RANGE = 2**32
_LONGEST_ATOM = 255

# Erlang marks each kind of thing with a multiple of 2**32 over the golden ratio, "an arbitrary value".
_GOLDEN = 0x9E3779B9
_INTEGER = _GOLDEN
_NIL = _GOLDEN * 2 & _MASK
_ATOM = _GOLDEN * 3 & _MASK
_LISTED_BYTES = _GOLDEN * 4 & _MASK
_TUPLE = _GOLDEN * 9 & _MASK
_BIG_NEGATIVE = _GOLDEN * 10 & _MASK
_BIG_POSITIVE = _GOLDEN * 11 & _MASK
_FLOAT = _GOLDEN * 12 & _MASK
_BINARY = _GOLDEN * 13 & _MASK
_MAP = _GOLDEN * 16 & _MASK
_MAP_PAIRS = _GOLDEN * 19 & _MASK

_NIL_TAG = 2

_THREE_WORDS = struct.Struct("<3I")
_TWO_WORDS = struct.Struct("<2I")
_DOUBLE = struct.Struct("<d")

_Walk = Generator[tuple[object, int], Any, int]
"""Goes through one container: yields `(term inside, state)`, is sent the state after it, returns the last one."""


def phash2(term: object, range: int = 2**27) -> int:
    """Hash `term` as `erlang:phash2(Term, Range)` does.

    Args:
        term: `Atom`; True, False, None (the atoms true, false, nil); `str` (the binary of its
            UTF-8 bytes); `bytes` (a binary); `int`; finite `float`; `list`, `tuple` and `dict`
            (a map) of such terms, nested as deep as memory allows. A subclass counts as its
            base: a named tuple is a tuple, an `IntEnum` member an integer.
        range: how many results there are, 1 to 2**32.

    Returns:
        An int from 0 to `range - 1`. 0.0 and -0.0 have the same number, as in OTP 25; 1, 1.0
        and True have not. To Erlang `"a"` and `b"a"` are one key; a dict that has both is taken
        as a map of two pairs, which no Erlang can have.

    Raises:
        TypeError: `term`, or something inside it, has no Erlang counterpart: infinity or NaN, a
            lone surrogate, an `Atom` of more than 255 characters, a container inside itself, a
            `bytearray`, a `set`, a `Pid`, any other object.
        ValueError: `range` is not an integer from 1 to 2**32.

    >>> phash2("k_1_1", 5), phash2(b"k_1_1", 5), phash2(Atom("k_1_1"), 5)
    (1, 1, 0)
    >>> phash2({"size": [1, 2.5, None]})
    47425022
    """
    if not isinstance(range, int) or not 0 < range <= _WIDEST_RANGE or range is True:
        raise ValueError(f"the range of phash2 is an integer from 1 to 2**32, not {range!r}")
    # Nearly all keys are strings or integers. Without the walk they take 1.3 and 0.9 us, with it 2.1 and 1.7.
    if type(term) is str:
        return _string(term, 0) % range
    if type(term) is int:
        return _integer(term, 0) % range
    return _hash(term) % range


def _hash(term: object) -> int:
    """The 32-bit hash of `term`. Open walks stand in for recursion: depth costs only memory."""
    walks = {0: _walk_one(term)}  # by the id of the container gone through, outermost first; 0 is nobody's
    state: Any = None
    while walks:
        try:
            term, state = next(reversed(walks.values())).send(state)
        except StopIteration as walked:
            walks.popitem()
            state = walked.value
            continue
        step = _rule(term)(term, state)
        if isinstance(step, int):
            state = step
        elif id(term) in walks:
            raise _no_counterpart(f"a {type(term).__qualname__} that contains itself")
        else:
            walks[id(term)] = step
            state = None
    return int(state)


def _rule(term: object) -> Callable[[Any, int], int | _Walk]:
    for base in type(term).__mro__:
        if rule := _RULES.get(base):
            return rule
    raise _no_counterpart(f"an object of the class {type(term).__qualname__}")


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    """The mixing step of lookup2: each bit of the three words comes to bear on each bit of `c`.

    `a` and `b` may be any integers, taken modulo 2**32; `c`, the state, is a 32-bit word.
    """
    a = ((a - b - c) ^ (c >> 13)) & _MASK
    b = ((b - c - a) ^ (a << 8)) & _MASK
    c = ((c - a - b) ^ (b >> 13)) & _MASK
    a = ((a - b - c) ^ (c >> 12)) & _MASK
    b = ((b - c - a) ^ (a << 16)) & _MASK
    c = ((c - a - b) ^ (b >> 5)) & _MASK
    a = ((a - b - c) ^ (c >> 3)) & _MASK
    b = ((b - c - a) ^ (a << 10)) & _MASK
    c = ((c - a - b) ^ (b >> 15)) & _MASK
    return a, b, c


def _stir(state: int, kind: int, word: int, other: int = 0) -> int:
    """The state after two words of a thing of that kind."""
    return _mix(kind + word, kind + other, state)[2]


def _integer(number: int, state: int) -> int:
    if -0x8000000 <= number < 0x8000000:
        if number < 0:
            state = _stir(state, _INTEGER, -number)
        return _stir(state, _INTEGER, number)
    kind = _BIG_NEGATIVE if number < 0 else _BIG_POSITIVE
    digits = (number.bit_length() + 63) // 64
    for low, high in _TWO_WORDS.iter_unpack(abs(number).to_bytes(digits * 8, "little")):
        state = _stir(state, kind, low, high)
    return state


def _float(number: float, state: int) -> int:
    if not math.isfinite(number):
        raise _no_counterpart(f"the float {number!r}")
    # Adding 0.0 turns -0.0 into 0.0 and changes nothing else.
    low, high = _TWO_WORDS.unpack(_DOUBLE.pack(number + 0.0))
    return _stir(state, _FLOAT, high, low)


def _string(text: str, state: int) -> int:
    return _binary(_utf8(text), state)


def _utf8(text: str) -> bytes:
    try:
        return str.encode(text)
    except UnicodeEncodeError:
        raise _no_counterpart(f"{text[:40]!r}, which holds a lone surrogate,") from None


def _binary(data: bytes, state: int) -> int:
    """lookup2 itself: three words a mix, the last mix short, with the length in its lowest byte."""
    state = state + _BINARY & _MASK
    size = len(data)
    if not size:
        return state
    a = b = _GOLDEN
    whole = size - size % 12
    if whole:  # few keys have twelve bytes, and the slice would cost the others a fifth of their time
        for x, y, z in _THREE_WORDS.iter_unpack(memoryview(data)[:whole]):
            a, b, state = _mix(a + x, b + y, state + z & _MASK)
    rest = int.from_bytes(data[whole:], "little")
    return _mix(a + rest, b + (rest >> 32), state + size + (rest >> 64 << 8) & _MASK)[2]


def _atom(name: str, state: int) -> int:
    if len(name) > _LONGEST_ATOM:
        raise _no_counterpart(f"an Atom of {len(name)} characters, more than {_LONGEST_ATOM},")
    value = _atom_table_hash(name)
    return _stir(state, _ATOM, value) if state else value


def _atom_table_hash(name: str) -> int:
    """hashpjw (the Dragon Book's) over the UTF-8 bytes, but one byte for a Latin-1 character.

    Atoms were Latin-1 once, and their hashes outlived that.
    """
    value = 0
    for char in name:
        for byte in (ord(char),) if char <= "\xff" else _utf8(char):
            value = (value << 4) + byte & _MASK
            top = value & 0xF0000000
            value ^= top ^ top >> 24
    return value


def _bool(flag: bool, state: int) -> int:
    return _atom("true" if flag else "false", state)


def _none(_: None, state: int) -> int:
    return _atom("nil", state)


def _walk_one(term: object) -> _Walk:
    state: int = yield term, 0
    return state


def _walk_list(items: list[object], state: int) -> _Walk:
    for are_bytes, run in groupby(items, _is_byte):
        if are_bytes:
            state = _listed_bytes(bytes(run), state)  # type: ignore[arg-type]  # groupby hides what _is_byte found
        else:
            for item in run:
                state = yield item, state
    return _stir(state, _NIL, _NIL_TAG)


def _is_byte(item: object) -> bool:
    return isinstance(item, int) and 0 <= item <= 255 and not isinstance(item, bool)


def _listed_bytes(data: bytes, state: int) -> int:
    for start in range(0, len(data), 4):
        state = _stir(state, _LISTED_BYTES, int.from_bytes(data[start : start + 4], "big"))
    return state


def _walk_tuple(items: tuple[object, ...], state: int) -> _Walk:
    state = _stir(state, _TUPLE, len(items))
    for item in items:
        state = yield item, state
    return state


def _walk_dict(pairs: dict[object, object], state: int) -> _Walk:
    state = _stir(state, _MAP, len(pairs))
    joined = 0
    for key, value in pairs.items():
        after_key = yield key, 0
        joined ^= yield value, after_key
    return _stir(state, _MAP_PAIRS, joined) if pairs else state


def _no_counterpart(what: str) -> TypeError:
    return TypeError(f"phash2: {what} has no Erlang counterpart")


_RULES: dict[type, Callable[[Any, int], int | _Walk]] = {
    str: _string,
    int: _integer,
    bytes: _binary,
    Atom: _atom,
    float: _float,
    bool: _bool,
    NoneType: _none,
    tuple: _walk_tuple,
    list: _walk_list,
    dict: _walk_dict,
}
