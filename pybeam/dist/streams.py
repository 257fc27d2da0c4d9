"""Large bodies, cut into fragments on one side and put together on the other.

Pure. One fragment never spans two buffers. It is cut off when it leaves and not before, and is no
copy: the carrier makes one. What arrives is put into buffers that grow with the data and never by a
length that is only claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

from .carriers.carrier import MAX_PART, Part
from .codec import BufferedParcel, Packed
from .frames import Fragment, Open
from .batch import BadFrame

FRAGMENT_SIZE = MAX_PART
"""Bytes. Small messages of others wait behind a window of these, however long each is. Of half this length,
each found its memory given back to the system and fetched it anew, page by page: 1.3 ms for 1 MB, for 0.9."""

Resume = Callable[[object], None]


class Stream:
    """A body on its way out.

    Attributes:
        opening: the frame that goes before the first fragment.
        opened: whether it has gone.
        left: bytes that have not left yet.
    """

    __slots__ = ("_fragments", "_resume", "left", "opened", "opening")

    def __init__(self, opening: Open, packed: Packed) -> None:
        self.opening = opening
        self.opened = False
        self.left = packed.size
        self._resume: Resume | None = None
        self._fragments = _cut(opening.stream, (packed.data, *packed.buffers))

    def next_fragment(self) -> Fragment:
        """The next fragment; only while something is left."""
        fragment = next(self._fragments)
        self.left -= len(fragment.data)
        return fragment

    def wait(self, resume: Resume) -> None:
        """Have `resume` called: with True when the last fragment has left, with False when the
        session has ended before."""
        self._resume = resume

    def end(self, handed_over: bool) -> None:
        """Tell the sender, if it waits."""
        if self._resume is not None:
            self._resume(handed_over)


def _cut(stream: int, buffers: tuple[Part, ...]) -> Iterator[Fragment]:
    for buffer in buffers:
        view = memoryview(buffer)
        for at in range(0, len(view), FRAGMENT_SIZE):
            yield Fragment(stream, view[at : at + FRAGMENT_SIZE])


class Assembly:
    """A body on its way in."""

    __slots__ = ("_at", "_buffers", "opening")

    def __init__(self, opening: Open, max_message: int) -> None:
        self.opening = opening
        if sum(opening.lengths) > max_message or not all(opening.lengths):
            raise BadFrame(f"a message of {sum(opening.lengths)} bytes in {len(opening.lengths)} buffers")
        self._buffers = [BytesIO()]
        self._at = 0

    def add(self, data: Part) -> BufferedParcel | None:
        """Take the next fragment; the whole when that was the last.

        Raises:
            BadFrame: it is longer than what the buffer lacks.
        """
        buffer, length = self._buffers[-1], self.opening.lengths[self._at]
        buffer.write(data)
        if buffer.tell() > length:
            raise BadFrame("a fragment beyond the end of its buffer")
        if buffer.tell() < length:
            return None
        self._at += 1
        if self._at < len(self.opening.lengths):
            self._buffers.append(BytesIO())
            return None
        return BufferedParcel(self._buffers[0], self._buffers[1:])
