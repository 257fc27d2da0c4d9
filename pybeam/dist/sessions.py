"""The sessions of one node: carries out what each decides, and tells the runtime of it.

The shell around `session` and `mesh`. Everything happens on the scheduler's thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from ..runtime.ports import Kind, Parcel, Resolver
from ..terms import split_name
from .carriers.carrier import Event, Frame, Link, Lost, Opened
from .frames import Ack, Bye, Control, Foreign, Hello, Nodes, Refuse, Sign
from .lines import Lines
from .mesh import Mesh
from .outbox import Outbox, Shared
from .peer import Peer
from .session import Bind, Dial, Effect, Effects, Failed, Fell, Find, Leave, Own, Say, Session, State, Tell, Up
from .vigil import TICK
from .batch import BadFrame
from .wire import VERSION, decode

log = logging.getLogger("pybeam.dist")

NODES_A_FRAME = 1000

JOIN_SECONDS = 1.0
"""How long a `connect` that has succeeded waits for the rest of the mesh."""

Done = Callable[[bool], object]


class Sessions:
    """The peers of one node.

    Attributes:
        up: the outboxes of the connected peers.
        unsettled: what `settle` has to do, and for which peer.

    Args:
        draw: gives a number of so many random bits.
    """

    def __init__(self, own: Own, lines: Lines, resolver: Resolver, shared: Shared, draw: Callable[[int], int]) -> None:
        self.up: dict[str, Outbox] = {}
        self._own = own
        self._lines = lines
        self._resolver = resolver
        self._shared = shared
        self._arrivals = shared.arrivals
        self._draw = draw
        self._dials = count(1)
        self._mesh = Mesh(own.name)
        self._peers: dict[str, Peer] = {}
        self.unsettled: list[tuple[Peer, Callable[[], object]]] = []
        self._ticking = False
        self._stopped = False

    # ------------------------------------------------------------------ what the node asks

    def outbox(self, name: str) -> Outbox | None:
        """Where signals to `name` go; a connection is begun if there is none. None: there will be none."""
        if self._stopped or name == self._own.name:
            return None
        peer = self._peers.get(name) or self._begin(name)
        return peer.outbox

    def known(self, name: str) -> Outbox | None:
        """The outbox of `name`, if there is a connection or one is being made."""
        peer = self._peers.get(name)
        return peer.outbox if peer is not None else None

    def connect(self, name: str, done: Done) -> None:
        """Call `done` with whether there is a connection to `name`, once that is known.

        To a visible node: once those that it has named are connected too, or cannot be. So
        whoever has connected to one node of a mesh finds all of it in `nodes`.
        """
        if name == self._own.name or name in self.up:
            done(True)
        elif self._stopped:
            done(False)
        else:
            (self._peers.get(name) or self._begin(name)).waiters.append(done)

    def disconnect(self, name: str) -> bool:
        """End the connection to `name`; whether there was one."""
        peer, was_up = self._peers.get(name), name in self.up
        if peer is not None:
            self._mesh.shun(name, self._arrivals.now())
            self._end(peer, f"disconnected by {self._own.name}")
        return was_up

    def nodes(self) -> list[str]:
        """The connected visible nodes, in the order in which they came."""
        return self._mesh.nodes()

    def stop(self) -> None:
        """Take leave of everybody, for good."""
        self._stopped = True
        for peer in list(self._peers.values()):
            self._end(peer, f"{self._own.name} stops")

    # ------------------------------------------------------------------ what comes in

    def take(self, event: Event) -> None:
        """Something has come from the carrier."""
        if not isinstance(event, Frame):
            self._dialled(event)
            return
        source, parts = event
        peer = self._lines.peer_behind(source)
        if peer is None:
            if not self._lines.remind(source, self._arrivals.now()):
                self._take_stranger(source, parts)
            return
        try:
            frame = peer.take(parts)
            if frame is not None:
                self._carry_out(peer, self._control(peer, frame))
        except BadFrame as fault:
            log.warning("%s broke the protocol: %s", peer.name, fault)
            self._cut_off(peer, f"protocol error: {fault}")
        except Exception:
            log.exception("%s cannot take a frame of %s", self._own.name, peer.name)
            self._cut_off(peer, f"an error on {self._own.name}")

    def settle(self) -> None:
        """After a round of events: give credit, and end the sessions whose link has failed."""
        unsettled, self.unsettled[:] = list(self.unsettled), []
        for peer, act in unsettled:
            self._attempt(peer, act)

    def _dialled(self, event: Opened | Lost) -> None:
        peer = self._lines.answered(event)
        if peer is not None:
            session = peer.session
            self._carry_out(peer, session.lost(event.why) if isinstance(event, Lost) else session.opened())

    def _cut_off(self, peer: Peer, why: str) -> None:
        peer.expected = -1  # what follows a bad frame does not count
        self._carry_out(peer, peer.session.drop(why))

    def _control(self, peer: Peer, frame: Control) -> Effects:
        session = peer.session
        match frame:
            case Ack(nonce):
                return session.acked(nonce)
            case Bye():
                return session.left(frame)
            case Sign.PROBE:
                return session.probed()
            case Sign.ALIVE:
                return session.alive()
            case Sign.TICK:
                return []
            case Nodes(names):
                self._gossip(peer, names)
                return []
            case _:
                raise BadFrame(f"a {type(frame).__name__} within a session")

    def _take_stranger(self, source: bytes, parts: Sequence[bytes]) -> None:
        try:
            seq, frame = decode(parts, [])
            if seq == 0:
                self._greet(frame, source)
        except (BadFrame, ValueError) as fault:
            log.debug("a stranger sent a bad frame: %s", fault)

    def _greet(self, frame: object, source: bytes) -> None:
        match frame:
            case Hello():
                self._heard(frame, source)
            case Foreign(version, nonce, address):
                why = f"{self._own.name} speaks version {VERSION} of the protocol, not {version}"
                self._lines.tell(address, Refuse(nonce, why))
            case Refuse(nonce, why):
                for peer in list(self._peers.values()):
                    if effects := peer.session.refused(nonce, why):
                        log.warning("%s does not let %s connect: %s", peer.name, self._own.name, why)
                        self._carry_out(peer, effects)
            case Bye():
                for peer in list(self._peers.values()):
                    self._carry_out(peer, peer.session.left(frame))

    def _heard(self, hello: Hello, source: bytes) -> None:
        split_name(hello.name)
        if self._stopped:
            return
        peer = self._peers.get(hello.name) or self._new_peer(hello.name)
        self._carry_out(peer, peer.session.heard(hello, source, peer.link is not None and peer.link.alive()))

    # ------------------------------------------------------------------ what the sessions decide

    def _new_peer(self, name: str) -> Peer:
        session = Session(self._own, name, self._nonce)
        peer = self._peers[name] = Peer(name, session, self._shared, self._note_broken, self._take_stray, self.unsettled)
        if not self._ticking:
            self._ticking = True
            self._arrivals.after(TICK, self._tick)
        return peer

    def _begin(self, name: str) -> Peer:
        peer = self._new_peer(name)
        self._carry_out(peer, peer.session.start())
        return peer

    def _nonce(self) -> int:
        return next(self._dials) << 32 | self._draw(32)

    def _note_broken(self, peer: Peer, link: Link) -> None:
        # Not ended here and now: a process may be in the middle of a send.
        self.unsettled.append((peer, partial(self._end_broken, peer, link)))

    def _end_broken(self, peer: Peer, link: Link) -> None:
        if peer.link is link:
            self._carry_out(peer, peer.session.broke())

    def _take_stray(self, kind: Kind, process: int | str, ref: int, parcel: Parcel) -> None:
        # Whoever was asked, on any node, may have left the answer to a process of another one.
        if isinstance(process, int) and not any(peer.answer(kind, ref, parcel) for peer in self._peers.values()):
            (self._arrivals.reply if kind is Kind.REPLY else self._arrivals.fail)(process, ref, parcel)

    def _end(self, peer: Peer, why: str) -> None:
        peer.outbox.release()
        self._carry_out(peer, peer.session.drop(why))

    def _carry_out(self, peer: Peer, effects: Effects) -> None:
        for effect in effects:
            self._attempt(peer, partial(self._carry_out_one, peer, effect))
        self._let_go(peer)

    def _attempt(self, peer: Peer, act: Callable[[], object]) -> None:
        """Do something for one peer: what goes wrong there ends its session, and nothing else."""
        try:
            act()
        except Exception:
            peer.spoil()
            log.exception("%s: an error in the session with %s", self._own.name, peer.name)

    def _carry_out_one(self, peer: Peer, effect: Effect) -> None:
        lines = self._lines
        match effect:
            case Say(frame):
                peer.send(frame)
            case Tell(address, frame):
                log.info("%s turns %s at %s away: %s", self._own.name, peer.name, address, frame.why)
                lines.tell(address, frame)
            case Bind(source):
                lines.bind(source, peer)
            case Dial(address):
                lines.dial(peer, address)
            case Leave(address, bye):
                lines.leave(peer, address, bye, self._arrivals.now())
            case Find(attempt):
                self._resolver.lookup(peer.name, partial(self._found_somewhere, peer, attempt))
            case Up():
                self._rise(peer)
            case Fell(why):
                self._fall(peer, why)
            case Failed(why):
                self._fail(peer, why)

    def _found_somewhere(self, peer: Peer, attempt: int, address: str | None) -> None:
        # From any thread.
        self._arrivals.call_soon(lambda: self._carry_out(peer, peer.session.found(attempt, address)))

    def _rise(self, peer: Peer) -> None:
        name, hello = peer.name, peer.session.hello
        assert hello is not None
        log.debug("%s is connected to %s", self._own.name, name)
        self.up[name] = peer.outbox
        visible = not (hello.hidden or self._own.hidden)
        others = self._mesh.join(name) if visible else []
        if visible:
            self._arrivals.announce("nodeup", name)
        peer.rise(hello)
        peer.settle_neighbours()
        if not visible:
            peer.answer_waiters(True)
            return
        for at in range(0, len(others) or 1, NODES_A_FRAME):
            peer.send(Nodes(tuple(others[at : at + NODES_A_FRAME])))
        if peer.waiters:
            self._arrivals.after(JOIN_SECONDS, partial(peer.joined, hello))

    def _fall(self, peer: Peer, why: str) -> None:
        if peer.source is not None:
            peer.take_rest(self._lines.drain(peer.source))
        log.log(logging.DEBUG if self._stopped else logging.INFO, "%s has lost %s: %s", self._own.name, peer.name, why)
        visible = peer.name in self._mesh.nodes()
        self._mesh.leave(peer.name)
        self.up.pop(peer.name, None)
        self._close(peer)
        peer.answer_waiters(False)
        if visible:
            self._arrivals.announce("nodedown", peer.name)

    def _fail(self, peer: Peer, why: str) -> None:
        log.debug("%s cannot connect to %s: %s", self._own.name, peer.name, why)
        self._close(peer)
        peer.settle_neighbours()
        peer.answer_waiters(False)
        if peer.named and not self._stopped:
            peer.named = False
            self._arrivals.call_soon(lambda: self.connect(peer.name, lambda _: None))

    def _close(self, peer: Peer) -> None:
        self._lines.unbind(peer)
        self._lines.hang_up(peer)
        self._let_go(peer)
        peer.fall()

    def _let_go(self, peer: Peer) -> None:
        if peer.session.state is State.IDLE and self._peers.get(peer.name) is peer:
            del self._peers[peer.name]

    def _gossip(self, peer: Peer, names: Sequence[str]) -> None:
        if peer.name not in self._mesh.nodes():
            return
        try:
            for name in names:
                split_name(name)
        except ValueError as fault:
            raise BadFrame(str(fault)) from None
        strangers = self._mesh.strangers(names, self._arrivals.now())
        for other in map(self._peers.get, strangers):
            # An attempt that runs may be too early to succeed, but the node is there.
            if other is not None:
                other.named = True
        peer.await_neighbours([self._peers.get(name) or self._begin(name) for name in strangers])

    # ------------------------------------------------------------------ time

    def _tick(self) -> None:
        for peer in list(self._peers.values()):
            self._attempt(peer, partial(self._tick_one, peer))
        self._ticking = bool(self._peers)
        if self._ticking:
            self._arrivals.after(TICK, self._tick)

    def _tick_one(self, peer: Peer) -> None:
        self._carry_out(peer, peer.look())
