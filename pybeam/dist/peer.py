"""Another node: its session, the link to it, and what comes from it.

Owned by the kernel, which runs the session. What goes out to it waits in its `outbox`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from ..errors import text_of
from ..runtime.ports import Arrivals, Kind, Parcel
from ..terms import MAX_NUMBER, Pid
from . import codec
from .carriers.carrier import Link
from .credit import Inflow
from .frames import Abort, Control, Credit, Fragment, Hello, Open, Sign, Signal
from .outbox import Outbox, Shared
from .session import Effects, Session, State
from .vigil import Finding, Vigil
from .batch import BATCH_HEAD, BadFrame, Batch
from .wire import decode, encode

log = logging.getLogger("pybeam.dist")

REPLY, FAIL = Kind.REPLY, Kind.FAIL

MAX_PIDS = 4096


class Peer:
    """Another node.

    Args:
        troubled: told of the link when a send on it has failed.
        stray: takes an answer to a call that was not sent to this peer.
        unsettled: where the peer puts what is to be done behind this round of events.

    Attributes:
        link: the own link, `sent` frames so far.
        source: where its frames come from; the next one has the number `expected`.
        waiters: those who asked for the connection.
        neighbours: told when it is up or has failed, for those who wait for the whole mesh.
        named: whether others have named it while the handshake runs.
        vigil: watches whether anything still moves.
    """

    def __init__(
        self,
        name: str,
        session: Session,
        shared: Shared,
        troubled: Callable[[Peer, Link], object],
        stray: Callable[[Kind, int | str, int, Parcel], object],
        unsettled: list[tuple[Peer, Callable[[], object]]],
    ) -> None:
        self.name = name
        self.session = session
        self.outbox = Outbox(name, self.send, self.spoil, shared)
        self.link: Link | None = None
        self.sent = 0
        self.source: bytes | None = None
        self.expected = 0
        self.waiters: list[Callable[[bool], object]] = []
        self.neighbours: list[Callable[[], None]] = []
        self.named = False
        self.vigil = Vigil()
        self._troubled = troubled
        self._stray = stray
        self._unsettled = unsettled
        self._max_message = shared.max_message
        self._arrivals: Arrivals = shared.arrivals
        self._inflow: Inflow | None = None
        self._creation = 0
        self._pids: dict[int, Pid] = {}
        self._names: list[str] = []

    def rise(self, hello: Hello) -> None:
        """The session is up."""
        self._creation = hello.creation
        self._pids = {}
        self._names = []
        self.vigil = Vigil()
        self._inflow = Inflow(self._max_message)
        self.outbox.rise(hello)

    def fall(self) -> None:
        """The session has ended, or did not come up."""
        self._inflow = None
        self.outbox.fall()

    def send(self, frame: Batch | Control) -> bool:
        """Send one frame on the own link; whether it is open."""
        link = self.link
        if link is None:
            return False
        if not link.send(encode(self.sent, frame)):
            self._troubled(self, link)
            return False
        self.sent += 1
        return True

    def spoil(self) -> None:
        """Something went wrong halfway: nothing more is sent, and the session ends in a moment."""
        link = self.link
        if link is not None:
            self._troubled(self, link)
            link.close()

    def look(self) -> Effects:
        """Half a second has gone. Returns what the session makes of it."""
        session = self.session
        if session.open and (self.link is None or not self.link.alive()):
            return session.broke()
        finding = self.vigil.look(self.sent, self.expected) if session.state is State.UP else None
        if finding is Finding.GIVE_UP:
            return session.drop(f"{self.name} was silent for too long")
        if finding is Finding.SPEAK:
            self.send(Sign.TICK)
        return session.tick()

    def answer_waiters(self, connected: bool) -> None:
        """Tell those who asked for the connection."""
        waiters, self.waiters = self.waiters, []
        for done in waiters:
            done(connected)

    def joined(self, hello: Hello | None) -> None:
        """The session of this `hello` is up, and all of its mesh that was to be waited for."""
        # That session may have ended since, and its successor's handshake run: who waits now waits for that.
        if self.session.hello is hello:
            self.answer_waiters(True)

    def await_neighbours(self, others: Sequence[Peer]) -> None:
        """Let those who asked for the connection wait until each of `others` is up or has failed."""
        left, hello = len(others), self.session.hello

        def settled() -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                self.joined(hello)

        for other in others:
            other.neighbours.append(settled)
        if not others:
            settled()

    def settle_neighbours(self) -> None:
        """Nobody who waits for the whole mesh need wait for this peer any more, connected or not."""
        neighbours, self.neighbours = self.neighbours, []
        for settled in neighbours:
            settled()

    # ------------------------------------------------------------------ what comes in

    def take(self, parts: Sequence[bytes]) -> Control | None:
        """Take one frame; it is returned if it concerns the session.

        Raises:
            BadFrame: the session must end.
        """
        seq, frame = decode(parts, self._names)
        if seq != self.expected:
            raise BadFrame(f"frame {seq} came where {self.expected} was due")
        self.expected = seq + 1
        if frame.__class__ is list:
            self._signals(frame, len(parts[0]) - BATCH_HEAD)
        elif isinstance(frame, Open | Fragment | Abort | Credit):
            self._traffic(frame)
        elif isinstance(frame, Control):
            return frame
        else:
            raise BadFrame("a greeting in another version")
        return None

    def answer(self, kind: Kind, ref: int, parcel: Parcel) -> bool:
        """An answer has come, from anywhere; whether the call that it is for was sent to this peer."""
        calls = self.outbox.calls
        caller = calls.callers.get(ref)
        if caller is None:
            return False
        if caller > 0:
            del calls.callers[ref]
            (self._arrivals.reply if kind is REPLY else self._arrivals.fail)(caller, ref, parcel)
        else:
            calls.answer_early(kind, ref, parcel)
        return True

    def take_rest(self, frames: Sequence[Sequence[bytes]]) -> None:
        """Take the signals that had come before the session ended; nothing else of it counts any more."""
        try:
            for parts in frames:
                self.take(parts)
        except Exception as fault:
            log.debug("the rest of what %s had sent is lost: %s", self.name, text_of(fault))

    def grant(self) -> None:
        """Give the peer the credit that is due."""
        if self._inflow is not None and self._inflow.due:
            self.send(self._inflow.grant())

    def _signals(self, signals: list[Signal], size: int) -> None:
        inflow = self._inflow
        if inflow is None:
            raise BadFrame("signals before the session is up")
        if inflow.take_batch(size):
            self._unsettled.append((self, self.grant))
        dispatch, parcel = self._dispatch, codec.Parcel
        for kind, process, ref, sender, body in signals:
            dispatch(kind, process, ref, sender, parcel(body))

    def _traffic(self, frame: Open | Fragment | Abort | Credit) -> None:
        inflow = self._flowing()
        if isinstance(frame, Fragment):
            whole = inflow.take_fragment(frame)
            if inflow.due:
                self._unsettled.append((self, self.grant))
            if whole is not None:
                head, parcel = whole
                self._dispatch(head.kind, head.process, head.ref, head.sender, parcel)
        elif isinstance(frame, Credit):
            self.outbox.credit(frame)
        elif isinstance(frame, Open):
            inflow.open(frame)
        else:
            inflow.abort(frame)

    def _flowing(self) -> Inflow:
        if self._inflow is None:
            raise BadFrame("signals before the session is up")
        return self._inflow

    def _dispatch(self, kind: Kind, process: int | str, ref: int, sender: int, parcel: Parcel) -> None:
        if kind is not REPLY and kind is not FAIL:
            self._arrivals.arrive(kind, process, ref, self._pids.get(sender) or self._pid(sender), parcel)
            return
        callers = self.outbox.calls.callers
        caller = callers.get(ref, 0)
        if caller > 0:
            del callers[ref]
            (self._arrivals.reply if kind is REPLY else self._arrivals.fail)(caller, ref, parcel)
        else:
            self._stray(kind, process, ref, parcel)

    def _pid(self, number: int) -> Pid:
        if number > MAX_NUMBER:
            raise BadFrame(f"a process of number {number}")
        # A pid costs as much as the rest of a signal: those of busy senders are kept.
        if len(self._pids) >= MAX_PIDS:
            self._pids.clear()
        pid = self._pids[number] = Pid(self.name, self._creation, number)
        return pid
