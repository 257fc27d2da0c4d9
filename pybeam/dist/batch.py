"""Many signals in one frame: the layout that nearly all that nodes say to each other has.

Pure, as `wire` is, which has the layout of every other frame. A batch is a table of rows of one size,
the names that its rows point to, and the bodies: so nothing is parsed piece by piece.
"""

from __future__ import annotations

from functools import lru_cache
from struct import Struct, error

from ..runtime.ports import Kind
from ..terms import MAX_NUMBER
from .frames import Signal

BATCH = 5
"""The kind of this frame, in its first byte."""

MAX_TEXT = 0xFFFF

NAMES_KEPT = 256

NAMED = MAX_NUMBER + 1
"""In a signal's place: from here on it counts the batch's names, below it is a process's number."""

NOBODY = -1
"""Stands for a number that would be read as a name: it cannot be written."""

_BATCH = Struct("<BQII")
_ROW = Struct("<BQQQI")
_U16 = Struct("<H")

BATCH_HEAD = _BATCH.size
ROW_SIZE = _ROW.size
ONLY = BATCH_HEAD + ROW_SIZE
_pack_row = _ROW.pack
KINDS = {int(kind): kind for kind in Kind}


class BadFrame(Exception):
    """The peer broke the protocol: its session is closed, nothing else."""


class Batch:
    """Signals on their way into one frame.

    Attributes:
        size: bytes that they take on the wire, without the frame's own head: what credit counts.
    """

    __slots__ = ("bodies", "names", "rows", "size", "texts")

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.bodies: list[bytes] = []
        self.names: dict[str, int] = {}
        self.texts: list[bytes] = []
        self.size = 0

    def add(self, kind: Kind, process: int | str, ref: int, sender: int, body: bytes) -> None:
        """Append one signal.

        Raises:
            ValueError: the name of the process takes more than 65,535 bytes, or its number is none.
        """
        if isinstance(process, str):
            place = self.names.get(process) or self._name(process)
        else:
            place = process if process < NAMED else NOBODY
        length = len(body)
        try:
            row = _pack_row(kind, place, ref, sender, length)
        except error as fault:
            raise impossible(process, fault) from None
        self.rows.append(row)
        self.bodies.append(body)
        self.size += length + ROW_SIZE

    def _name(self, name: str) -> int:
        text = _name_text(name)
        place = NAMED + len(self.names)
        self.names[name] = place
        self.texts.append(text)
        self.size += len(text)
        return place


def encode_batch(seq: int, batch: Batch) -> bytes:
    head = _BATCH.pack(BATCH, seq, len(batch.rows), len(batch.texts))
    if len(batch.rows) == 1 and not batch.texts:
        return head + batch.rows[0] + batch.bodies[0]
    return b"".join((head, *batch.rows, *batch.texts, *batch.bodies))


def decode_batch(data: bytes) -> tuple[int, list[Signal]]:
    _, seq, count, named = _BATCH.unpack_from(data)
    if count == 1 and not named:
        return seq, [_decode_only(data)]
    rows = data[BATCH_HEAD : BATCH_HEAD + count * ROW_SIZE]
    if len(rows) != count * ROW_SIZE:
        raise BadFrame("a batch shorter than its table")
    at = BATCH_HEAD + len(rows)
    names: list[str] = []
    for _ in range(named):
        end = end_of_text(data, at)
        names.append(_read_name(data[at + 2 : end]))
        at = end
    signals: list[Signal] = []
    for kind, place, ref, sender, size in _ROW.iter_unpack(rows):
        end = at + size
        process = place if place < NAMED else names[place - NAMED]
        signals.append((KINDS[kind], process, ref, sender, data[at:end]))
        at = end
    if at != len(data):
        raise BadFrame("a batch whose bodies do not fill it")
    return seq, signals


def _decode_only(data: bytes) -> Signal:
    """The signal of a batch of one, the whole of a lone call: in half the time of `decode_batch`."""
    kind, place, ref, sender, size = _ROW.unpack_from(data, BATCH_HEAD)
    if len(data) != ONLY + size or place >= NAMED:
        raise BadFrame("a batch of one that does not fill its frame")
    return KINDS[kind], place, ref, sender, data[ONLY:]


def impossible(process: int | str, fault: Exception) -> ValueError:
    return ValueError(f"no process can be {process!r}: {fault}")


# ---------------------------------------------------------------------- texts


def text_to_bytes(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_TEXT:
        raise ValueError(f"{text[:40]!r}... takes {len(raw)} bytes, more than {MAX_TEXT}")
    return _U16.pack(len(raw)) + raw


def read_text(data: bytes, at: int) -> tuple[str, int]:
    end = end_of_text(data, at)
    return data[at + 2 : end].decode("utf-8", "surrogatepass"), end


def end_of_text(data: bytes, at: int) -> int:
    (length,) = _U16.unpack_from(data, at)
    end: int = at + 2 + length
    if end > len(data):
        raise BadFrame("a text longer than its frame")
    return end


# The same few registered names stand in batch after batch, and making one took as long as all the
# rest of a small signal: 1.3 of 1.9 µs on the way out.
_name_text = lru_cache(NAMES_KEPT)(text_to_bytes)


@lru_cache(NAMES_KEPT)
def _read_name(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
