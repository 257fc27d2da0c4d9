"""phash2 beside a real Erlang's, over some thousands of terms that a fixed seed draws.

The terms travel in Erlang's external term format. Skipped where there is no `erl`.
"""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from pybeam.hashing import phash2
from pybeam.terms import Atom

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("erl") is None, reason="needs erl, a real Erlang"),
]

HASH_A_FILE_OF_TERMS = """
    [File] = init:get_plain_arguments(),
    {ok, Packed} = file:read_file(File),
    [io:format("~b ~b ~b~n", [erlang:phash2(T), erlang:phash2(T, 5), erlang:phash2(T, 1 bsl 32)])
     || T <- binary_to_term(Packed)],
    halt().
"""


def test_every_kind_and_size_of_term_hashes_as_in_erlang(tmp_path: Path) -> None:
    terms = boundary_terms() + random_terms(random.Random(20231123), 1000)
    ours = [(phash2(term), phash2(term, 5), phash2(term, 2**32)) for term in terms]
    theirs = ask_erlang(terms, tmp_path / "terms")
    assert [term for term, our, their in zip(terms, ours, theirs, strict=True) if our != their] == []


def ask_erlang(terms: list[object], file: Path) -> list[tuple[int, ...]]:
    file.write_bytes(b"\x83" + packed(terms))
    command = ["erl", "-noshell", "-eval", HASH_A_FILE_OF_TERMS, "-extra", str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [tuple(map(int, line.split())) for line in answer.stdout.splitlines()]


def boundary_terms() -> list[object]:
    near_powers = [sign * (2**power + by) for power in range(301) for by in (-1, 0, 1) for sign in (1, -1)]
    texts = [text[:length] for length in range(101) for text in ("abcdefghijk" * 10, "aé€😀" * 26)]
    blobs = [bytes(range(256)) * times for times in (1, 50)] + [b"\xff" * length for length in range(40)]
    floats = [0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, 0.1, 1.0, 2.0**53]
    names = ["", "a", "é", "ÿ", "Ā", "\x80", "\x00", "ok", "日本", "Elixir.Foo", "x" * 255, "é" * 255, "😀" * 255]
    atoms = [Atom(name) for name in names]
    lists = [list(range(length)) for length in range(20)] + [[9] * length + [-1] + [7] * 5 for length in range(9)]
    # The state is 0 again after the empty atom, and 0 is a case of its own for atoms.
    zeroes = [[Atom("")], [Atom(""), Atom("")], [Atom(""), 1, []], {Atom(""): Atom("")}, {Atom(""): []}, [[Atom("")]]]
    dicts = [{key: key * 2 for key in range(size)} for size in (0, 1, 31, 32, 33, 34, 100, 200, 2000)]
    nested = [{"outer": dicts[5], (1, 2): {"inner": dicts[2]}}, [dicts[4], [dicts[0]]], ({}, (), [], "", b"")]
    tuples = [tuple(range(length)) for length in (0, 1, 2, 300)]
    singles = [True, False, None, [True, 1, None], 2**5000, -(2**5000)]
    return [*near_powers, *texts, *blobs, *floats, *atoms, *lists, *zeroes, *dicts, *nested, *tuples, *singles]


def random_terms(chance: random.Random, count: int) -> list[object]:
    return [random_term(chance, depth=3) for _ in range(count)]


def random_term(chance: random.Random, depth: int) -> object:
    kind = chance.choice(["leaf", "list", "tuple", "dict"]) if depth else "leaf"
    size = chance.choice([0, 1, 2, 3, 6]) if depth < 3 else chance.randrange(50)
    if kind == "leaf":
        return random_leaf(chance)
    if kind == "dict":
        return {random_key(chance): random_term(chance, depth - 1) for _ in range(size)}
    items = [random_term(chance, depth - 1) for _ in range(size)]
    return tuple(items) if kind == "tuple" else items


def random_leaf(chance: random.Random) -> object:
    return chance.choice(
        [
            chance.randrange(256),
            chance.choice([1, -1]) * chance.getrandbits(chance.randrange(1, 300)),
            struct.unpack("<d", struct.pack("<Q", chance.getrandbits(64) & ~(1 << 62)))[0],
            chance.choice([True, False, None]),
            Atom(random_text(chance)),
            random_text(chance),
            chance.randbytes(chance.randrange(60)),
        ]
    )


def random_key(chance: random.Random) -> object:
    # No bytes, no atoms, no bools: b"a" is Erlang's "a", and Python's True is 1.
    return chance.choice([chance.getrandbits(40), random_text(chance), (chance.getrandbits(30), random_text(chance))])


def random_text(chance: random.Random) -> str:
    letters = chance.choice(["abcdefghij", "aéÿß\x80", "aé€日😀\x00"])
    return "".join(chance.choices(letters, k=chance.randrange(40)))


def packed(term: object) -> bytes:
    """`term` in the external term format (erts user's guide), without the version byte."""
    match term:
        case True | False | None:
            return packed(Atom({True: "true", False: "false", None: "nil"}[term]))
        case Atom():
            return b"\x76" + sized(">H", term.encode())
        case str():
            return packed(term.encode())
        case bytes():
            return b"\x6d" + sized(">I", term)
        case float():
            return b"\x46" + struct.pack(">d", term)
        case int():
            magnitude = abs(term).to_bytes((term.bit_length() + 7) // 8, "little")
            return b"\x6f" + struct.pack(">IB", len(magnitude), term < 0) + magnitude
        case tuple():
            return b"\x69" + struct.pack(">I", len(term)) + b"".join(map(packed, term))
        case dict():
            pairs = (packed(part) for pair in term.items() for part in pair)
            return b"\x74" + struct.pack(">I", len(term)) + b"".join(pairs)
        case list():
            return b"\x6c" + struct.pack(">I", len(term)) + b"".join(map(packed, term)) + b"\x6a"
    raise AssertionError(f"no test draws a {type(term)}")


def sized(size: str, data: bytes) -> bytes:
    return struct.pack(size, len(data)) + data
