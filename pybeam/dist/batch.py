"""Many signals in one frame: the layout that nearly all that nodes say to each other has.

Pure, as `wire` is, which has the layout of every other frame. A batch is the names that are new in
this session, a table of rows of one size, and the bodies: so nothing is parsed piece by piece. A
row's target is a process's number or a name's, which the frame that first has it spells out, as
the BEAM's atom cache does.
"""

from __future__ import annotations

from struct import Struct, error

from ..runtime.ports import Kind
from ..terms import MAX_NUMBER
from .frames import Signal

BATCH = 5
"""The kind of this frame, in its first byte."""

MAX_TEXT = 0xFFFF

NAMES_KEPT = 1024
"""Names after which a session counts them from the beginning again, with the next batch."""

MAX_FRESH = 4096
"""Names that a batch may add: more than it has rows when it is sent off."""

NAMED = MAX_NUMBER + 1
"""In a signal's place: from here on it counts the session's names, below it is a process's number."""

NOBODY = -1
"""Stands for a number that would be read as a name: it cannot be written."""

_BATCH = Struct("<BQIII")
_ROW = Struct("<BQQQI")
_U16 = Struct("<H")

BATCH_HEAD = _BATCH.size
ROW_SIZE = _ROW.size
_pack_row = _ROW.pack
KINDS = {int(kind): kind for kind in Kind}


class BadFrame(Exception):
    """The peer broke the protocol: its session is closed, nothing else."""


class Batch:
    """Signals on their way into one frame.

    Args:
        names: the places of the session's names, for all of its batches; emptied here when full.

    Attributes:
        first: how many names the session had before this batch.
        texts: the names that are new in this batch.
        size: bytes that they take on the wire, without the frame's own head: what credit counts.
    """

    __slots__ = ("bodies", "first", "names", "rows", "size", "texts")

    def __init__(self, names: dict[str, int]) -> None:
        if len(names) >= NAMES_KEPT:
            names.clear()
        self.names = names
        self.first = len(names)
        self.texts: list[bytes] = []
        self.rows: list[bytes] = []
        self.bodies: list[bytes] = []
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
        text = text_to_bytes(name)
        place = NAMED + len(self.names)
        # In this order: at the end of a stack `append` may raise, and what it has not taken must not count.
        self.texts.append(text)
        self.names[name] = place
        self.size += len(text)
        return place


def encode_batch(seq: int, batch: Batch) -> bytes:
    head = _BATCH.pack(BATCH, seq, len(batch.rows), len(batch.texts), batch.first)
    return b"".join((head, *batch.texts, *batch.rows, *batch.bodies))


def decode_batch(data: bytes, names: list[str]) -> tuple[int, list[Signal]]:
    """The sequence number and the signals of a batch.

    Args:
        names: the session's, up to here; those that are new are added.
    """
    _, seq, count, fresh, first = _BATCH.unpack_from(data)
    at = _read_names(data, fresh, first, names) if fresh else BATCH_HEAD
    if count == 1:  # the whole of a lone call: in half the time
        kind, place, ref, sender, size = _ROW.unpack_from(data, at)
        at += ROW_SIZE
        if at + size != len(data):
            raise BadFrame("a batch of one that does not fill its frame")
        return seq, [(KINDS[kind], place if place < NAMED else names[place - NAMED], ref, sender, data[at:])]
    rows = data[at : at + count * ROW_SIZE]
    if len(rows) != count * ROW_SIZE:
        raise BadFrame("a batch shorter than its table")
    at += len(rows)
    signals: list[Signal] = []
    for kind, place, ref, sender, size in _ROW.iter_unpack(rows):
        end = at + size
        process = place if place < NAMED else names[place - NAMED]
        signals.append((KINDS[kind], process, ref, sender, data[at:end]))
        at = end
    if at != len(data):
        raise BadFrame("a batch whose bodies do not fill it")
    return seq, signals


def _read_names(data: bytes, fresh: int, first: int, names: list[str]) -> int:
    """Read the names that are new; where they end."""
    if first == 0:
        names.clear()
    if first != len(names) or first >= NAMES_KEPT or fresh > MAX_FRESH:
        raise BadFrame(f"{fresh} names from the {first}th on came after {len(names)}")
    at = BATCH_HEAD
    for _ in range(fresh):
        name, at = read_text(data, at)
        names.append(name)
    return at


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
