"""How much may be on its way to one peer, and in which order it leaves.

Pure: it counts bytes, queues signals and says which frames may leave now; the peer's shell sends
them. Batches have a window of bytes, fragments one of their own: a flood of small messages must
not starve a large one, nor the other way round. Frames beyond the window wait here, on the
sender's side, so that what a peer has not read yet is bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from ..runtime.ports import Kind
from .codec import BufferedParcel, Packed
from .frames import Abort, Control, Credit, Fragment, Open
from .streams import Assembly, Resume, Stream
from .batch import BadFrame, Batch
from .wire import check

WINDOW = 8 * 1024 * 1024
"""Bytes of batches on their way to one peer."""

STREAM_WINDOW = 4 * 1024 * 1024
"""Bytes of fragments on their way to one peer: a small message waits behind no more."""

GRANT = WINDOW // 4
STREAM_GRANT = STREAM_WINDOW // 4
"""The receiver gives credit when it has taken so many bytes."""

BATCH_SIZE = 64 * 1024
"""Bytes that wait for no flush."""

BATCH_CALLS = 32
"""Calls or answers that wait for no flush: so the other side works on these while this one makes more.

Sixty-four callers whose calls left all at once made each side wait while the other worked: 112,000
calls a second, for 165,000 to 180,000 so (and 130,000 with 48 at a time, 140,000 with 16)."""

LARGE = 256 * 1024
"""Bytes; a larger body leaves in fragments, and so does one with buffers outside its pickle."""


class Line:
    """Senders that wait their turn, first come, first served."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[Resume, int] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def enter(self, resume: Resume, size: int) -> None:
        """Wait with `size` bytes."""
        self._waiting[resume] = size

    def leave(self, resume: Resume) -> None:
        """Stop waiting; harmless for one whose turn has come."""
        self._waiting.pop(resume, None)

    def admit(self, room: float) -> None:
        """Give those in front their turn, as many as `room` bytes are for."""
        while self._waiting and room > 0:
            resume = next(iter(self._waiting))
            room -= self._waiting.pop(resume)
            resume(True)

    def dismiss(self) -> None:
        """Tell everyone that there will be no turn."""
        waiting, self._waiting = self._waiting, {}
        for resume in waiting:
            resume(False)


class Outflow:
    """What goes out to one peer in one session.

    Attributes:
        batch: signals that wait for the next flush.
        room: bytes of the window that no batch has taken yet but the one that is being filled;
            below 0 when a batch went over, or some wait for credit.
        lanes: the streams of each sending process, in turn; a process has one at a time, the
            runtime itself may have several, which leave one after the other.
        line: senders that wait for the window.
    """

    __slots__ = ("_aborts", "_held", "_held_size", "_names", "_streams", "batch", "lanes", "line", "room", "stream_room")

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self.batch = Batch(self._names)
        self.room = WINDOW
        self.stream_room = STREAM_WINDOW
        self.lanes: dict[int, deque[Stream]] = {}
        self.line = Line()
        self._held: deque[Batch] = deque()
        self._held_size = 0
        self._aborts: list[Abort] = []
        self._streams = 0

    def space(self) -> int:
        """Bytes of the window that nothing is queued for."""
        return self.room - self.batch.size

    def add(self, kind: Kind, process: int | str, ref: int, sender: int, body: bytes) -> None:
        """Queue a signal; errors are those of `Batch.add`."""
        if self.batch.size >= BATCH_SIZE:
            self.seal()
        self.batch.add(kind, process, ref, sender, body)

    def seal(self) -> None:
        """Add nothing more to the batch: it leaves as it is, with the next `release`."""
        batch, self.batch = self.batch, Batch(self._names)
        self._held.append(batch)
        self._held_size += batch.size
        self.room -= batch.size

    def stream(self, kind: Kind, process: int | str, ref: int, sender: int, packed: Packed) -> Stream:
        """Queue a body that leaves in fragments.

        Raises:
            ValueError: its head cannot be written, for such a process cannot be.
        """
        opening = Open(self._streams + 1, kind, process, ref, sender, (len(packed.data), *map(len, packed.buffers)))
        # Now and not when it leaves, which is on the scheduler's own stack: a long name ended the node there.
        check(opening)
        self._streams += 1
        stream = Stream(opening, packed)
        self.lanes.setdefault(sender, deque()).append(stream)
        return stream

    def abort(self, stream: Stream) -> None:
        """Take back a stream that has not left in full: its sender has stopped waiting."""
        lane = self.lanes.get(stream.opening.sender)
        if lane is None or stream not in lane:
            return
        lane.remove(stream)
        if not lane:
            del self.lanes[stream.opening.sender]
        if stream.opened:
            self._aborts.append(Abort(stream.opening.stream))

    def only_batch(self) -> Batch | None:
        """The batch, taken out, if it may leave and is all that waits: `release`, for the usual case."""
        batch = self.batch
        if self._held or self.lanes or self._aborts or self.room <= 0 or not batch.rows:
            return None
        self.batch = Batch(self._names)
        self.room -= batch.size
        return batch

    def release(self) -> Iterator[Batch | Control]:
        """Take out the frames that may leave now, in the order in which they must.

        Batches go before fragments, or a small message could be overtaken by a large one that
        its sender sent later.
        """
        while self._held and self.room + self._held_size > 0:
            batch = self._held.popleft()
            self._held_size -= batch.size
            yield batch
        if self.batch.rows and self.room > 0:
            batch, self.batch = self.batch, Batch(self._names)
            self.room -= batch.size
            yield batch
        if (self.lanes or self._aborts) and not self._held and not self.batch.rows:
            yield from self._release_streams()

    def _release_streams(self) -> Iterator[Control]:
        while self._aborts:
            yield self._aborts.pop(0)
        while self.lanes and self.stream_room > 0:
            sender = next(iter(self.lanes))
            lane = self.lanes.pop(sender)
            stream = lane[0]
            if not stream.opened:
                stream.opened = True
                yield stream.opening
            fragment = stream.next_fragment()
            self.stream_room -= len(fragment.data)
            if not stream.left:
                lane.popleft()
                stream.end(True)
            if lane:
                self.lanes[sender] = lane  # at the end: the lanes take turns
            yield fragment

    def credit(self, credit: Credit) -> None:
        """The peer has taken so much. `release` then, and `admit` those who wait.

        Raises:
            BadFrame: it is more than was on its way.
        """
        self.room += credit.batched
        self.stream_room += credit.streamed
        if self.room + self._held_size > WINDOW or self.stream_room > STREAM_WINDOW:
            raise BadFrame("credit for bytes that were never sent")

    def admit(self) -> None:
        """Let senders go on, as many as the window has room for.

        To be called too when one of them has stopped waiting: if its turn had come already,
        nobody else would be told of the room that it leaves.
        """
        self.line.admit(self.space())

    def end(self) -> None:
        """The session is over: nothing of this leaves any more."""
        self.line.dismiss()
        lanes, self.lanes = self.lanes, {}
        for lane in lanes.values():
            for stream in lane:
                stream.end(False)


class Inflow:
    """What comes in from one peer in one session.

    Attributes:
        batched, streamed: bytes taken that the peer has no credit for yet.
    """

    __slots__ = ("_assemblies", "_max_message", "batched", "streamed")

    def __init__(self, max_message: int) -> None:
        self.batched = 0
        self.streamed = 0
        self._assemblies: dict[int, Assembly] = {}
        self._max_message = max_message

    @property
    def due(self) -> bool:
        """Whether the peer should get its credit now."""
        return self.batched >= GRANT or self.streamed >= STREAM_GRANT

    def take_batch(self, size: int) -> bool:
        """Count a batch of `size` bytes; whether the peer should get its credit now.

        Raises:
            BadFrame: the peer sends without regard to its window.
        """
        self.batched = batched = self.batched + size
        if batched > 2 * WINDOW:
            raise BadFrame(f"{batched} bytes came in a window of {WINDOW}")
        return batched >= GRANT

    def open(self, opening: Open) -> None:
        """A stream begins.

        Raises:
            BadFrame: its number is in use, or it is over the limit.
        """
        if opening.stream in self._assemblies:
            raise BadFrame(f"stream {opening.stream} opened twice")
        self._assemblies[opening.stream] = Assembly(opening, self._max_message)

    def take_fragment(self, fragment: Fragment) -> tuple[Open, BufferedParcel] | None:
        """Take the next bytes of a stream; its head and body when they were the last.

        Raises:
            BadFrame: there is no such stream, they are too many, or the window is overrun.
        """
        self.streamed += len(fragment.data)
        if self.streamed > 2 * STREAM_WINDOW:
            raise BadFrame(f"{self.streamed} bytes of fragments came in a window of {STREAM_WINDOW}")
        assembly = self._assemblies.get(fragment.stream)
        if assembly is None:
            raise BadFrame(f"a fragment of stream {fragment.stream}, which is not open")
        parcel = assembly.add(fragment.data)
        if parcel is None:
            return None
        del self._assemblies[fragment.stream]
        return assembly.opening, parcel

    def abort(self, abort: Abort) -> None:
        """A stream will not be completed.

        Raises:
            BadFrame: there is none of that number.
        """
        if self._assemblies.pop(abort.stream, None) is None:
            raise BadFrame(f"stream {abort.stream} aborted but not open")

    def grant(self) -> Credit:
        """The credit for everything taken so far."""
        credit = Credit(self.batched, self.streamed)
        self.batched = self.streamed = 0
        return credit
