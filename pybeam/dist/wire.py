"""The frames that two nodes exchange: values to bytes and back.

Pure: it knows layouts and nothing of what a frame makes anybody do. `decode` is strict and total: a
frame that is not exactly well-formed raises `BadFrame` and never anything else, nothing is
unpickled, and nothing is allocated by a size that a peer only claims.

Every frame opens with its kind and its sequence number on its link. All numbers are
little-endian; a text is a u16 length and that many bytes of UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct, error

from .batch import (
    BATCH, KINDS, NAMED, NOBODY, BadFrame, Batch, decode_batch, encode_batch, impossible, read_text, text_to_bytes,
)
from .carriers.carrier import Part
from .frames import Abort, Ack, Bye, Control, Credit, Foreign, Fragment, Hello, Nodes, Open, Refuse, Sign, Signal

VERSION = 2
"""Two nodes talk only when they speak the same version."""

MAX_WHY = 500

Incoming = list[Signal] | Control | Foreign
Outgoing = Batch | Control

HELLO, ACK, REFUSE, BYE = range(1, 5)
OPEN, FRAGMENT, ABORT, CREDIT, NODES = range(BATCH + 1, BATCH + 6)

_HEAD = Struct("<BQ")
_FRAGMENT = Struct("<BQQ")
_GREETING = Struct("<HQ")
_HELLO = Struct("<QQQBBB")
_OPEN = Struct("<QBQQ")
_U32, _U64, _TWO = Struct("<I"), Struct("<Q"), Struct("<QQ")


def encode(seq: int, frame: Outgoing) -> list[Part]:
    """The parts of one frame.

    Args:
        seq: counts the frames of a link from 0.

    Returns:
        One part; two for a `Fragment`, whose data is not copied.

    Raises:
        ValueError: a text takes more than 65,535 bytes.
    """
    if frame.__class__ is Batch:
        return [encode_batch(seq, frame)]
    if isinstance(frame, Fragment):
        return [_FRAGMENT.pack(FRAGMENT, seq, frame.stream), frame.data]
    if isinstance(frame, Sign):
        return [_HEAD.pack(frame.value, seq)]
    kind, write = _WRITERS[frame.__class__]
    return [_HEAD.pack(kind, seq) + write(frame)]


def check(frame: Open) -> None:
    """Write a frame in vain.

    Raises:
        ValueError: it cannot be written.
    """
    try:
        encode(0, frame)
    except error as fault:
        raise impossible(frame.process, fault) from None


def decode(parts: Sequence[bytes], names: list[str]) -> tuple[int, Incoming]:
    """The sequence number and the value of one frame; a batch is a list of signals.

    Args:
        names: those that the link has spelt out so far; a batch may add to them.

    Raises:
        BadFrame: anything at all is wrong with it.

    >>> decode(encode(7, Ack(nonce=3)), names=[])
    (7, Ack(nonce=3))
    """
    try:
        data = parts[0]
        if data[0] == BATCH and len(parts) == 1:
            return decode_batch(data, names)
        return _decode_other(parts)
    except (error, IndexError, KeyError, UnicodeDecodeError) as fault:
        raise BadFrame(f"{type(fault).__name__}: {fault}") from None


def _decode_other(parts: Sequence[bytes]) -> tuple[int, Incoming]:
    data = parts[0]
    kind, seq = _HEAD.unpack_from(data)
    if kind == FRAGMENT:
        _, _, stream = _FRAGMENT.unpack(data)
        if len(parts) != 2 or not parts[1]:
            raise BadFrame("a fragment without its data")
        return seq, Fragment(stream, parts[1])
    if len(parts) != 1:
        raise BadFrame(f"a frame of {len(parts)} parts")
    if kind in _SIGNS:
        frame: Incoming = _SIGNS[kind]
        end = _HEAD.size
    else:
        frame, end = _READERS[kind](data, _HEAD.size)
    if end != len(data):
        raise BadFrame("bytes after the end")
    return seq, frame


# ---------------------------------------------------------------------- the layout of each frame


def _write_hello(hello: Hello) -> bytes:
    numbers = _HELLO.pack(hello.creation, hello.to_creation, hello.answers, hello.hidden, *hello.python)
    greeting = _GREETING.pack(VERSION, hello.nonce) + text_to_bytes(hello.address)
    return greeting + numbers + text_to_bytes(hello.name) + text_to_bytes(hello.to)


def _read_hello(data: bytes, at: int) -> tuple[Hello | Foreign, int]:
    version, nonce = _GREETING.unpack_from(data, at)
    address, at = read_text(data, at + _GREETING.size)
    if not (address.isascii() and address.isprintable()):
        raise BadFrame("an address that nobody can dial")
    if version != VERSION:
        return Foreign(version, nonce, address), len(data)
    creation, to_creation, answers, hidden, major, minor = _HELLO.unpack_from(data, at)
    if hidden > 1:
        raise BadFrame("a flag that is neither 0 nor 1")
    name, at = read_text(data, at + _HELLO.size)
    to, at = read_text(data, at)
    return Hello(name, creation, bool(hidden), to, to_creation, nonce, answers, address, (major, minor)), at


def _read_ack(data: bytes, at: int) -> tuple[Ack, int]:
    return Ack(*_U64.unpack_from(data, at)), at + 8


def _read_abort(data: bytes, at: int) -> tuple[Abort, int]:
    return Abort(*_U64.unpack_from(data, at)), at + 8


def _read_refuse(data: bytes, at: int) -> tuple[Refuse, int]:
    (nonce,) = _U64.unpack_from(data, at)
    why, at = read_text(data, at + 8)
    return Refuse(nonce, why), at


def _read_bye(data: bytes, at: int) -> tuple[Bye, int]:
    nonce, yours = _TWO.unpack_from(data, at)
    why, at = read_text(data, at + 16)
    return Bye(nonce, yours, why), at


def _read_credit(data: bytes, at: int) -> tuple[Credit, int]:
    return Credit(*_TWO.unpack_from(data, at)), at + 16


def _write_nodes(nodes: Nodes) -> bytes:
    return _U32.pack(len(nodes.names)) + b"".join(map(text_to_bytes, nodes.names))


def _read_nodes(data: bytes, at: int) -> tuple[Nodes, int]:
    (count,) = _U32.unpack_from(data, at)
    at += 4
    names = []
    for _ in range(count):
        name, at = read_text(data, at)
        names.append(name)
    return Nodes(tuple(names)), at


def _write_open(frame: Open) -> bytes:
    process = frame.process
    number, named = (NAMED, process) if isinstance(process, str) else (process if process < NAMED else NOBODY, "")
    head = _OPEN.pack(frame.stream, frame.kind, number, frame.ref)
    lengths = b"".join(map(_U64.pack, frame.lengths))
    return head + _U64.pack(frame.sender) + text_to_bytes(named) + _U32.pack(len(frame.lengths)) + lengths


def _read_open(data: bytes, at: int) -> tuple[Open, int]:
    stream, kind, number, ref = _OPEN.unpack_from(data, at)
    (sender,) = _U64.unpack_from(data, at + _OPEN.size)
    name, at = read_text(data, at + _OPEN.size + 8)
    if number > NAMED or (name and number != NAMED):
        raise BadFrame("a target that is neither a number nor a name")
    (count,) = _U32.unpack_from(data, at)
    raw = data[at + 4 : at + 4 + 8 * count]
    if not count or len(raw) != 8 * count:
        raise BadFrame("a stream without its lengths")
    lengths = tuple(length for (length,) in _U64.iter_unpack(raw))
    return Open(stream, KINDS[kind], name if number == NAMED else number, ref, sender, lengths), at + 4 + len(raw)


_Writer = Callable[..., bytes]
_Reader = Callable[[bytes, int], tuple[Incoming, int]]

_WRITERS: dict[type, tuple[int, _Writer]] = {
    Hello: (HELLO, _write_hello),
    Ack: (ACK, lambda frame: _U64.pack(frame.nonce)),
    Refuse: (REFUSE, lambda frame: _U64.pack(frame.nonce) + text_to_bytes(frame.why[:MAX_WHY])),
    Bye: (BYE, lambda frame: _TWO.pack(frame.nonce, frame.yours) + text_to_bytes(frame.why[:MAX_WHY])),
    Open: (OPEN, _write_open),
    Abort: (ABORT, lambda frame: _U64.pack(frame.stream)),
    Credit: (CREDIT, lambda frame: _TWO.pack(frame.batched, frame.streamed)),
    Nodes: (NODES, _write_nodes),
}
_READERS: dict[int, _Reader] = {
    HELLO: _read_hello,
    ACK: _read_ack,
    REFUSE: _read_refuse,
    BYE: _read_bye,
    OPEN: _read_open,
    ABORT: _read_abort,
    CREDIT: _read_credit,
    NODES: _read_nodes,
}
_SIGNS = {sign.value: sign for sign in Sign}
