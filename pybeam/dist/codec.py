"""Message bodies to bytes, and back.

Plain pickle goes first: it is fast and keeps
the identity of classes. What it refuses, and what lives in `__main__`, which is another module on
the other node, goes through cloudpickle. Large buffers (a numpy array's, say) stay outside the
pickle stream and are not copied as a whole: whoever sends them waits until they have left. A copy of
320 MB held the node up for half a second.

Unpickling runs whatever the sender wants, so it happens only behind an established session, and in
the process that takes the message.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from ..runtime import ports
from .carriers.carrier import Part

OUT_OF_BAND = 64 * 1024
"""Buffers above this many bytes stay outside the pickle stream."""

MAX_BUFFERS = 4096
"""Buffers of one body outside the stream; the others are copied into it."""

UNDERSCORE = ord("_")

_dumps, _loads = pickle.dumps, pickle.loads


class Packed(NamedTuple):
    """A body that is more than one plain pickle.

    Attributes:
        data: the pickle stream.
        buffers: what stays outside of it, in order: not copies but the memory of the body itself.
        portable: False when only the same Python version can be trusted to load it, for
            it holds code.
    """

    data: bytes
    buffers: tuple[Part, ...] = ()
    portable: bool = True

    @property
    def size(self) -> int:
        """Bytes in all."""
        return len(self.data) + sum(map(len, self.buffers))

    def kept(self) -> Packed:
        """The same with buffers of its own, for a sender that does not wait until they have left."""
        return self._replace(buffers=tuple(b if is_frozen(b) else bytes(b) for b in self.buffers))


class Parcel(ports.Parcel):
    """A small body as it came: one pickle stream."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def open(self) -> object:
        """Unpickle. May raise anything."""
        return _loads(self._data)


class BufferedParcel(ports.Parcel):
    """A large body as it came. What it opens to shares `buffers`, so it is opened once.

    An array that was writable where it came from is writable here. Large `bytes` are opened without
    a copy: copying 100 MB in one go kept everybody on the node waiting for 60 ms.
    """

    __slots__ = ("_buffers", "_data")

    def __init__(self, data: BytesIO, buffers: list[BytesIO]) -> None:
        self._data: Part = data.getbuffer()
        if self._data == LONE_BYTES:
            self._buffers: list[Part] = [buffer.getvalue() for buffer in buffers]
        else:
            self._buffers = [buffer.getbuffer() for buffer in buffers]

    def open(self) -> object:
        """Unpickle. May raise anything."""
        return _loads(self._data, buffers=self._buffers)


def pack(body: object) -> bytes | Packed:
    """Take `body` by value.

    Returns:
        Its plain pickle, and only where that is not all, a `Packed`.

    Raises:
        Exception: what pickling raised: `PicklingError`, `TypeError`, `RecursionError`, or
            whatever the body's own methods raise.

    >>> Parcel(pack({"a": 1})).open()
    {'a': 1}
    """
    if type(body) is bytes and len(body) > OUT_OF_BAND:
        body = _Borrowed(body)
    try:
        data = _dumps(body, 5, buffer_callback=_stays_in)
    except _LargeBuffer:
        return _pack_buffers(body)
    except (RecursionError, MemoryError):
        raise
    except Exception:
        return _pack_freely(body)
    # Looking for one byte takes a tenth of the time, and most small pickles have no underscore.
    return _pack_freely(body) if UNDERSCORE in data and b"__main__" in data else data


class _LargeBuffer(Exception):
    """A buffer was met that belongs outside the stream: begin again with a list to put it in."""


def _stays_in(buffer: pickle.PickleBuffer) -> bool:
    # Stateless and shared by every call: a list and a closure for each message would cost
    # more than the messages that need them, and a body's own method may pack another body.
    if buffer.raw().nbytes > OUT_OF_BAND:
        raise _LargeBuffer
    return True


class _Borrowed:
    """Large `bytes`, pickled as a buffer outside the stream: never copied on the sender's side."""

    __slots__ = ("_body",)

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __reduce__(self) -> tuple[type[bytes], tuple[pickle.PickleBuffer]]:
        return bytes, (pickle.PickleBuffer(self._body),)


LONE_BYTES = _dumps(_Borrowed(b""), 5, buffer_callback=lambda _: False)
"""The pickle stream of large `bytes` that are the whole body, whatever is in them."""


def _pack_buffers(body: object) -> Packed:
    taken: list[Part] = []
    try:
        data = _dumps(body, 5, buffer_callback=_taker(taken))
    except (RecursionError, MemoryError):
        raise
    except Exception:
        return _pack_freely(body)
    return _pack_freely(body) if b"__main__" in data else Packed(data, tuple(taken))


def _pack_freely(body: object) -> Packed:
    import cloudpickle  # late: it takes longer to import than most programs need it

    taken: list[Part] = []
    data = cloudpickle.dumps(body, protocol=5, buffer_callback=_taker(taken))
    return Packed(data, tuple(taken), portable=b"cloudpickle" not in data)


def _taker(taken: list[Part]) -> Callable[[pickle.PickleBuffer], bool]:
    def take(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes <= OUT_OF_BAND or len(taken) == MAX_BUFFERS:
            return True
        taken.append(raw)
        return False

    return take


def is_frozen(buffer: Part) -> bool:
    """Whether nobody can change the buffer. A read-only view is none: what it shows may change.

    >>> is_frozen(memoryview(b"abc")), is_frozen(memoryview(bytearray(b"abc")).toreadonly())
    (True, False)
    """
    owner = buffer.obj if isinstance(buffer, memoryview) else buffer
    return type(owner) is bytes
