"""The carrier over ZeroMQ: TCP, encrypted by CURVE, open only to nodes of the same cookie.

One bound ROUTER receives and never sends; each link is a fresh DEALER that sends and never receives, connects
once and never reconnects. So a frame for a lost incarnation cannot reach the next one, and a refused `send`
*means* that the link is gone. No monitor watches an open link: libzmq's "disconnected" overtakes frames that
have arrived. Knows frames and addresses; no names, no sessions, nothing of what is in a frame.

Why `wait` sleeps in one `zmq_poll` over the ROUTER, a pipe for `wake`, and the links being dialled: a ping-pong over
it takes as long as over a bare blocking `recv_multipart` (round trips, medians of seven interleaved rounds, CURVE on:
bare 55.3 µs, zmq_poll 54.1, blocking recv with RCVTIMEO 53.5, zmq.Poller 56.9, select.poll on ZMQ_FD 56.7; two
rounds differ by 2), and a pipe can be written to from any thread. The whole carrier adds 2 µs to that round trip.

Why it looks for a while before it sleeps, as the BEAM's schedulers do (`erl +sbwt`): to put a core to sleep and to
wake it takes longer than all that happens in between. A call to another node took 126 µs without it and takes 70.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable, Sequence
from itertools import count
from logging import Logger, getLogger
from math import ceil, inf
from threading import Thread
from typing import NamedTuple, cast

import zmq
from zmq.utils import z85

from ...clock import Clock, MonotonicClock
from .carrier import Event, Frame, Lost, Opened, Part
from .gate import CUT_OFF, Refusals, Secrets, judge
from .sockets import DEALER, ROUTER, Context, Options, Socket, key_pair, listen, new_socket
from .system import MAX_FILES, Bell, cannot_listen, raise_file_limit, step_aside

BURST = 64
"""Frames that one `wait` takes at most: a flood must leave time to work."""

LONGEST_WAIT = 3600.0  # Seconds. The limit of libzmq is 24 days.

BUSY_WAIT = 300e-6
"""Seconds that a `wait` looks before it sleeps, in a node where one thing comes after the other."""

LONGEST_BUSY_WAIT = 0.01  # Seconds, for users: a longer one is meant as milliseconds, and would keep a core busy.

BRISK = 2
"""A wait of less than so many `BUSY_WAIT`s says that the next one may be as short: only that one looks first."""

_NOBLOCK, _MORE = int(zmq.NOBLOCK), int(zmq.NOBLOCK | zmq.SNDMORE)
_RCVMORE, _EVENTS = int(zmq.RCVMORE), int(zmq.EVENTS)
_IN, _OUT = int(zmq.POLLIN), int(zmq.POLLOUT)

# A scan or a connection that never speaks fails NO_DETAIL on the listening side: that is nobody's wrong cookie.
_REFUSED = zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_AUTH
_WHY = {
    int(zmq.EVENT_CLOSED): "connection refused",
    int(zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL): "what listens there is no node",
    int(zmq.EVENT_HANDSHAKE_FAILED_AUTH): "refused: not the same cookie",
    int(zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL): CUT_OFF,
    int(zmq.EVENT_DISCONNECTED): CUT_OFF,
}
_OPENED = int(zmq.EVENT_HANDSHAKE_SUCCEEDED)

Watched = tuple[Socket | int, int]
_poll = cast(Callable[[Sequence[Watched], int], list[Watched]], zmq.zmq_poll)  # Its stub forbids the mixture.


class ZmqLink:
    """A `Link` over a DEALER of its own. Its carrier opens it."""

    __slots__ = ("_at_end", "opened", "socket")

    def __init__(self, at_end: Callable[[ZmqLink], None]) -> None:
        self.socket: Socket | None = None
        self.opened = False
        self._at_end = at_end

    def send(self, parts: Sequence[Part]) -> bool:
        # Copied, even where large: pyzmq's way without a copy keeps a thread and descriptors until exit,
        # is slower at 64 KiB and only a fifth faster at 256 KiB (1.4 for 1.2 GB/s, CURVE on).
        if self.socket is None or not self.opened:
            return False
        send = self.socket.send
        try:
            for part in parts[:-1]:
                send(part, _MORE)
            send(parts[-1], _NOBLOCK)
        except zmq.Again:
            self.close()
            return False
        return True

    def alive(self) -> bool:
        if self.socket is None or not self.opened:
            return False
        if not cast(int, self.socket.get(_EVENTS)) & _OUT:
            self.close()
        return self.opened

    def close(self, linger: float = 0.0) -> None:
        self.opened = False
        socket, self.socket = self.socket, None
        if socket is not None:
            self._at_end(self)
            socket.close(linger=ceil(linger * 1000))


class _Dial(NamedTuple):
    """A link that is being opened: its socket, what tells how that goes, and when it counts as lost."""

    link: ZmqLink
    socket: Socket
    monitor: Socket
    deadline: float


class ZmqCarrier:
    """A `Carrier` that listens on `host`. It also raises the OS process's soft limit of open files.

    A name, here and in an address to dial, stands for its IPv4 address.

    Args:
        host: a name or an IPv4 or IPv6 address of this machine.
        secrets: made from the cookie; a carrier with others gets no connection.
        port: to listen on; 0 takes a free one.
        patience: seconds for a dialled link to open, and for a stranger to finish his handshake.
        busy_wait: seconds that `wait` looks for a frame before it sleeps, where the last one came soon.
        clock: for `patience`, and for how often refused connections are logged.
        log: only written to by the thread that calls `wait`.

    Raises:
        OSError: `host` does not resolve or is not this machine's, or the port is taken.
        ValueError: a secret has not 32 bytes.
    """

    def __init__(
        self,
        host: str,
        secrets: Secrets,
        *,
        port: int = 0,
        patience: float = 5.0,
        busy_wait: float = BUSY_WAIT,
        clock: Clock | None = None,
        log: Logger | None = None,
    ) -> None:
        self._clock = clock or MonotonicClock()
        self._log = log or getLogger(__name__)
        self._now = self._clock.now
        self._patience = patience
        self._busy_wait = busy_wait
        self._is_brisk = False
        server, client = key_pair(secrets.server), key_pair(secrets.client)
        times: Options = {zmq.HANDSHAKE_IVL: ceil(patience * 1000)}
        keys: Options = {zmq.CURVE_SERVERKEY: server[0], zmq.CURVE_PUBLICKEY: client[0], zmq.CURVE_SECRETKEY: client[1]}
        self._dealer = DEALER | times | {zmq.CONNECT_TIMEOUT: ceil(patience * 1000)} | keys
        raise_file_limit()
        self._links: set[ZmqLink] = set()
        self._dials: dict[Socket, _Dial] = {}
        self._dial_numbers = count(1)
        self._told: list[Event] = []
        self._bell = Bell()
        self._context = zmq.Context()
        try:
            self._context.set(zmq.MAX_SOCKETS, MAX_FILES - 1)
            self._router = new_socket(self._context, zmq.ROUTER, ROUTER | times | {zmq.CURVE_SECRETKEY: server[1]})
            self._gate = _Gate(self._context, self._router, z85.decode(client[0]), self._clock, self._bell.ring)
            self.address = listen(self._router, host, port)
            self._gate.start()
        except BaseException as error:
            self._context.destroy(linger=0)
            self._bell.close()
            if isinstance(error, zmq.ZMQError):
                raise cannot_listen(host, port, error.errno or 0) from None
            raise
        self._peek = cast(Callable[[int], int], self._router.get)
        self._watch()

    def dial(self, address: str) -> ZmqLink:
        link = ZmqLink(self._forget)
        self._links.add(link)
        try:
            self._start(link, address)
        except zmq.ZMQError as error:
            link.close()
            self._told.append(Lost(link, f"cannot dial {address!r}: {zmq.strerror(error.errno or 0)}"))
        return link

    def _start(self, link: ZmqLink, address: str) -> None:
        if not address.startswith("tcp://"):
            raise zmq.ZMQError(errno.EPROTONOSUPPORT)
        socket = link.socket = new_socket(self._context, zmq.DEALER, self._dealer | {zmq.IPV6: int("[" in address)})
        # An address of our own: pyzmq makes one from the descriptor's number, which was still taken when
        # the number came round again. The socket's events are few, so this monitor cannot fill up.
        place = f"inproc://dial-{next(self._dial_numbers)}"
        socket.monitor(place, _OPENED | sum(_WHY))
        monitor = new_socket(self._context, zmq.PAIR, {zmq.LINGER: 0})
        self._dials[monitor] = _Dial(link, socket, monitor, self._clock.now() + self._patience)
        self._watch()
        monitor.connect(place)
        socket.connect(address)

    def wait(self, timeout: float | None) -> list[Event]:
        if self._dials or self._told:
            return self._sleep(self._until_due(timeout))
        if timeout == 0.0:
            return self._sleep(timeout)
        began = self._now()
        end = inf if timeout is None else began + timeout
        if self._is_brisk and self._comes_by(min(end, began + self._busy_wait)):
            events: list[Event] = []
            self._receive(events)
            return events
        events = self._sleep(end - self._now())
        is_short = self._now() - began < BRISK * self._busy_wait
        if events or not is_short:  # who is woken by a thread of its own learns nothing of the others' pace
            self._is_brisk = is_short
        return events

    def _comes_by(self, end: float) -> bool:
        """Whether a frame comes until then: looked for without sleeping, while everybody else may run."""
        peek, now, bell = self._peek, self._now, self._bell
        while not peek(_EVENTS) & _IN:
            if bell.ringing or now() >= end:
                return False
            step_aside()
        return True

    def _sleep(self, timeout: float) -> list[Event]:
        # Never less than 0, which would be for ever.
        ready = _poll(self._watched, ceil(1000 * max(0.0, min(timeout, LONGEST_WAIT))))
        events, self._told = self._told, []
        for socket, _ in ready:
            if socket is self._router:
                self._receive(events)
            elif isinstance(socket, int):
                self._answer_bell()
            else:
                events.append(self._hear(self._dials[socket]))
        if self._dials:
            events.extend(self._overdue())
        return events

    def _until_due(self, timeout: float | None) -> float:
        if self._told:
            return 0.0
        left = min(dial.deadline for dial in self._dials.values()) - self._clock.now()
        return left if timeout is None else min(left, timeout)

    def _receive(self, events: list[Event]) -> None:
        recv, peek = self._router.recv, self._peek
        for _ in range(BURST):
            source = recv(_NOBLOCK)
            parts = [recv(_NOBLOCK)]
            while peek(_RCVMORE):
                # Large, so not copied: that took longer than decrypting it.
                parts.append(recv(_NOBLOCK, copy=False).buffer)  # type: ignore[arg-type]  # a view, see `Frame`
            events.append(Frame(source, parts))
            # Asked, not tried: a `recv` that finds nothing costs an exception, 2.5 µs for 1.1.
            if not peek(_EVENTS) & _IN:
                return

    def _answer_bell(self) -> None:
        self._bell.quieten()
        if refused := self._gate.refusals.report():
            self._log.warning("%s: connections refused, of another cookie: %d", self.address, refused)

    def _hear(self, dial: _Dial) -> Event:
        event: int = struct.unpack("=HI", dial.monitor.recv_multipart(_NOBLOCK)[0])[0]
        self._settle(dial)
        if event == _OPENED:
            dial.link.opened = True
            return Opened(dial.link)
        dial.link.close()
        return Lost(dial.link, _WHY[event])

    def _overdue(self) -> list[Event]:
        late = [dial.link for dial in self._dials.values() if dial.deadline <= self._clock.now()]
        for link in late:
            link.close()
        return [Lost(link, f"no answer within {self._patience:g} s") for link in late]

    def _settle(self, dial: _Dial) -> None:
        """The dial is over, well or not: an open link has no monitor."""
        del self._dials[dial.monitor]
        self._watch()
        dial.socket.monitor(None, 0)
        dial.monitor.close()

    def _forget(self, link: ZmqLink) -> None:
        self._links.discard(link)
        for dial in [dial for dial in self._dials.values() if dial.link is link]:
            self._settle(dial)

    def _watch(self) -> None:
        self._watched: list[Watched] = [(self._router, _IN), (self._bell.fd, _IN)]
        self._watched.extend((monitor, _IN) for monitor in self._dials)

    def wake(self) -> None:
        self._bell.ring()

    def close(self) -> None:
        if self._router.closed:
            return
        for link in list(self._links):
            link.close()
        self._router.close()
        self._watched, self._is_brisk, self._busy_wait = [], False, 0.0
        self._context.term()  # Returns when every link has had its linger and the gate its end.
        self._gate.join()
        self._bell.close()


class _Gate:
    """Lets nodes of the cookie in and counts who was refused.

    Every handshake waits for its answer, so it has a thread of its own that compares bytes and runs nobody
    else's code: behind a busy callback, an answer would come too late for every newcomer.
    """

    def __init__(self, context: Context, router: Socket, key: bytes, clock: Clock, ring: Callable[[], None]) -> None:
        self.refusals = Refusals()
        self._key, self._clock, self._ring = key, clock, ring
        self._asked = new_socket(context, zmq.REP, {zmq.LINGER: 0})
        self._asked.bind("inproc://zeromq.zap.01")
        # A wrong cookie fails in CURVE already and never asks; only a monitor tells. libzmq *waits* on a full
        # monitor: with the default limit, 926 bad connections shut the port for good. So no limit, set before
        # it connects, and only two events, each of which costs the stranger a handshake.
        self._monitor = new_socket(context, zmq.PAIR, {zmq.LINGER: 0, zmq.RCVHWM: 0})
        router.monitor("inproc://refused", _REFUSED)
        self._monitor.connect("inproc://refused")
        thread = Thread(target=self._run, name="pybeam-gate", daemon=True)
        self.start, self.join = thread.start, thread.join

    def _run(self) -> None:
        try:
            while True:
                for socket, _ in zmq.zmq_poll([(self._asked, _IN), (self._monitor, _IN)]):
                    if socket is self._asked:
                        self._asked.send_multipart(judge(self._asked.recv_multipart(), self._key))
                    else:
                        self._monitor.recv_multipart()
                        if self.refusals.add(self._clock.now()):
                            self._ring()
        except zmq.ContextTerminated:
            pass
        finally:
            self._asked.close()
            self._monitor.close()
