"""The way out to one peer: a signal joins the batch at once, or goes a longer way.

It waits here while the handshake runs; its sender waits while the window is full; and a large one
leaves in fragments while its sender waits. What may leave when is `credit`'s to say.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from ..errors import NodeDown, NoProcess, text_of
from ..runtime.ports import Arrivals, Expired, Kind, Target
from ..terms import Pid
from .calls import OpenCalls
from .codec import Packed
from .credit import BATCH_CALLS, BATCH_SIZE, LARGE, WINDOW, Line, Outflow
from .frames import Control, Credit, Hello
from .streams import Resume
from .batch import Batch

if TYPE_CHECKING:
    from ..runtime.process import Process

log = logging.getLogger("pybeam.dist")

CALL, FAIL = Kind.CALL, Kind.FAIL
WAITED_FOR = (CALL, Kind.REPLY)

MUST_HEAR = (CALL, Kind.LINK, Kind.MONITOR)
"""Kinds whose sender is told when there is nobody to go to."""

HEADROOM = 50
"""Calls that the stack must have room for where a frame is sent."""


class Shared(NamedTuple):
    """What all peers of one node use.

    Attributes:
        python: this node's major and minor version.
        max_message: bytes of the largest body.
        dirty: the outboxes that wait for a flush.
    """

    arrivals: Arrivals
    python: tuple[int, int]
    max_message: int
    dirty: list[Outbox]


class Signal(NamedTuple):
    """A signal that does not simply join the batch. `sender` is a process's number."""

    kind: Kind
    target: Target
    ref: int
    sender: int
    packed: Packed

    @property
    def is_large(self) -> bool:
        """Whether it leaves in fragments."""
        return self.packed.size > LARGE or bool(self.packed.buffers)


class SessionEnded(Exception):
    """The session ended, or did not come up, while a sender waited."""


class Outbox:
    """What goes out to one peer.

    Args:
        name: the peer's.
        send: sends one frame.
        spoil: has the session end soon, and nothing leave until then.

    Attributes:
        creation: the peer's incarnation; 0 while the session is not up.
        flow: None while the session is not up.
        calls: the open calls to the peer.
        dirty: whether it waits for a flush.
    """

    def __init__(
        self, name: str, send: Callable[[Batch | Control], object], spoil: Callable[[], object], shared: Shared
    ) -> None:
        self.name = name
        self.creation = 0
        self.flow: Outflow | None = None
        self.calls = OpenCalls()
        self.dirty = False
        self._send = send
        self._spoil = spoil
        self._shared = shared
        self._same_python = True
        self._deferred: list[Signal] = []
        self._deferred_size = 0
        self._line = Line()

    def rise(self, hello: Hello) -> None:
        """The session is up: what waited for it goes on."""
        self.creation = hello.creation
        self._same_python = hello.python == self._shared.python
        self.flow = flow = Outflow()
        deferred, self._deferred = self._deferred, []
        self._deferred_size = 0
        refused = [(signal, error) for signal in deferred if (error := self._put_deferred(flow, signal)) is not None]
        # Behind them all: one that ends over it would be told of before what it had said.
        for signal, error in refused:
            self._refuse(signal, error)
        self._line.admit(inf)

    def fall(self) -> None:
        """The session has ended, or did not come up: what waits for it fails."""
        flow, self.flow = self.flow, None
        self.creation = 0
        self._deferred = []
        self._deferred_size = 0
        if flow is not None:
            flow.end()
        self._line.dismiss()
        for ref, caller in self.calls.end():
            self._shared.arrivals.fail(caller, ref, NodeDown(self.name))
        self._shared.arrivals.lost(self.name)

    def release(self) -> None:
        """Send what may leave now. Where that goes wrong the session ends, and nothing is raised."""
        self.dirty = False
        flow = self.flow
        if flow is None:
            return
        try:
            batch = flow.only_batch()
            if batch is not None:
                self._send(batch)
                return
            for frame in flow.release():
                self._send(frame)
        except BaseException as error:
            # A batch is lost, of any number of processes, and the numbers of the frames would not show it.
            self._spoil()
            if not isinstance(error, Exception):
                raise
            log.exception("the session with %s ends: a frame could not be sent", self.name)

    def credit(self, credit: Credit) -> None:
        """The peer has taken so much: more may leave."""
        if self.flow is not None:
            self.flow.credit(credit)
            self.release()
            self.flow.admit()

    def mark(self) -> None:
        """Have the next flush send what waits."""
        if not self.dirty:
            self.dirty = True
            self._shared.dirty.append(self)

    def put(self, kind: Kind, creation: int, process: int | str, ref: int, sender: int, body: bytes) -> bool:
        """Let a signal join the batch, the way of nearly all; False when it must go by `post`."""
        flow = self.flow
        if flow is None or flow.lanes or flow.batch.size >= flow.room:
            return False
        if (creation and creation != self.creation) or len(body) > LARGE:
            return False
        # The batch last: whatever is raised on the way, this signal is not sent and no other is lost.
        batch = flow.batch
        full = batch.size >= BATCH_SIZE or (len(batch.rows) >= BATCH_CALLS and kind in WAITED_FOR)
        if full and not self._release_early():
            flow.seal()
        if not self.dirty:
            self.mark()
        flow.batch.add(kind, process, ref, sender, body)
        if kind is CALL:
            self.calls.callers[ref] = sender
        return True

    def post(self, signal: Signal, sender: Process | None, deadline: float) -> bool:
        """`Network.post`, the long way."""
        size, limit = signal.packed.size, self._shared.max_message
        if size > limit:
            raise ValueError(f"a message of {size} bytes; at most {limit} can be sent")
        try:
            if sender is None:
                signal = signal._replace(packed=signal.packed.kept())
            else:
                self._wait_for_turn(signal, deadline)
            self._post_now(signal, sender is not None, deadline)
        except Expired:
            return False
        except SessionEnded:
            if signal.kind is CALL:
                raise NodeDown(self.name) from None
        except NoProcess:
            if signal.kind in MUST_HEAR:
                raise
        return True

    def _post_now(self, signal: Signal, may_wait: bool, deadline: float) -> None:
        if self.flow is None:
            self._deferred.append(signal)
            self._deferred_size += signal.packed.size
            if signal.kind is CALL:
                self.calls.callers[signal.ref] = signal.sender
            return
        self._check(signal)
        if may_wait and signal.is_large:
            self._hand_over(self.flow, signal, deadline)
        else:
            self._put(self.flow, signal)

    # ------------------------------------------------------------------ waiting for a turn

    def _wait_for_turn(self, signal: Signal, deadline: float) -> None:
        while (line := self._line_for(signal)) is not None:
            if not self._wait_in(line, signal.packed.size, deadline):
                raise SessionEnded

    def _line_for(self, signal: Signal) -> Line | None:
        """Where the sender has to wait, if it has to."""
        if self.flow is None:
            return self._line if signal.is_large or self._deferred_size >= WINDOW else None
        if signal.is_large or signal.kind is FAIL or self.flow.space() > 0:
            return None
        return self.flow.line

    def _wait_in(self, line: Line, size: int, deadline: float) -> object:
        entered: list[Resume] = []

        def enter(resume: Resume) -> None:
            entered.append(resume)
            line.enter(resume, size)

        try:
            return self._shared.arrivals.suspend(enter, deadline)
        except BaseException:
            for resume in entered:
                line.leave(resume)
            if self.flow is not None:
                self.flow.admit()
            raise

    # ------------------------------------------------------------------ leaving

    def _release_early(self) -> bool:
        """Send before the next flush, if the stack of the process that runs now is good for it."""
        # A process at the end of its recursion would have lost the batches of all the others here.
        try:
            _descend(HEADROOM)
        except RecursionError:
            return False
        self.release()
        return True

    def _check(self, signal: Signal) -> None:
        """Whether the signal can be for this incarnation of the peer, and be read by it.

        Raises:
            NoProcess: it is for another incarnation.
            PicklingError: it needs the same Python version on both sides.
        """
        node, creation, process = signal.target
        if creation not in (0, self.creation):
            raise NoProcess(Pid(node, creation, process) if isinstance(process, int) else process)
        if not self._same_python and not signal.packed.portable:
            raise pickle.PicklingError(f"code travels only between equal Python versions, and {node} has another")

    def _put(self, flow: Outflow, signal: Signal) -> None:
        kind, target, ref, sender, packed = signal
        # The runtime itself never waits, so a stream of its own may still be leaving: what it
        # says next goes behind it.
        self.mark()
        if signal.is_large or sender in flow.lanes:
            flow.stream(kind, target.process, ref, sender, packed)
        else:
            flow.add(kind, target.process, ref, sender, packed.data)
        if kind is CALL:
            self.calls.callers[ref] = sender

    def _put_deferred(self, flow: Outflow, signal: Signal) -> Exception | None:
        if signal.kind is CALL and signal.ref not in self.calls.callers:
            return None
        try:
            self._check(signal)
            self._put(flow, signal)
        except Exception as error:
            return error
        return None

    def _refuse(self, signal: Signal, error: Exception) -> None:
        log.info("a message to %s was not sent: %s", self.name, text_of(error))
        if signal.kind is CALL:
            self.calls.forget(signal.ref)
            self._shared.arrivals.fail(signal.sender, signal.ref, error)
        elif signal.kind in MUST_HEAR:
            self._shared.arrivals.missing(signal.kind, signal.sender, signal.ref, signal.target)

    def _hand_over(self, flow: Outflow, signal: Signal, deadline: float) -> None:
        kind, target, ref, sender, packed = signal
        stream = flow.stream(kind, target.process, ref, sender, packed)
        try:
            if kind is CALL:
                self.calls.begin(ref, sender)
            self.mark()
            self._release_early()
            if stream.left and not self._shared.arrivals.suspend(stream.wait, deadline):
                raise SessionEnded
            if kind is CALL:
                self._settle(ref, sender)
        except BaseException:
            if kind is CALL:  # the ref of an answer is the peer's: it may be that of an open call here
                self.calls.forget(ref)
            flow.abort(stream)
            self.mark()
            raise

    def _settle(self, ref: int, caller: int) -> None:
        try:
            early = self.calls.settle(ref)
        except KeyError:
            raise SessionEnded from None
        if early is not None:
            kind, parcel = early
            act = self._shared.arrivals.reply if kind is Kind.REPLY else self._shared.arrivals.fail
            self._shared.arrivals.call_soon(lambda: act(caller, ref, parcel))


def _descend(calls: int) -> None:
    if calls:
        _descend(calls - 1)
