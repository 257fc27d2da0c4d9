"""What the runtime needs from the network, and what the network may ask of the runtime.

The runtime knows no network: it hands a *signal* for another node to a `Network`, and the network
hands the signals that arrive to an `Arrivals`. Every call on this page is made on the node's one
scheduler thread; only `Network.wake` may be called from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum, unique
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..terms import Pid

if TYPE_CHECKING:
    from .process import Process


@unique
class Kind(IntEnum):
    """What a signal between two processes of different nodes means."""

    SEND = 1
    """A message for the target's mailbox. Body: the message."""
    CAST = 2
    """A `GenServer.cast`. Body: the message."""
    CALL = 3
    """A request that wants exactly one REPLY or FAIL with the same `ref`. Body: the request."""
    REPLY = 4
    """The answer to the open call `ref` of the target process. Body: the value."""
    FAIL = 5
    """The open call `ref` of the target process fails. Body: the exception to raise there."""
    LINK = 6
    """The sender links with the target. To nobody: BROKEN with `"noproc"` comes back."""
    UNLINK = 7
    """The sender takes the link away, and wants an UNLINKED with the same `ref`."""
    UNLINKED = 8
    """The unlink `ref` of the target process has been seen to."""
    BROKEN = 9
    """The sender, linked with the target, has ended. Body: the reason."""
    EXIT = 10
    """An exit signal, sent by `exit`. Body: the reason."""
    MONITOR = 11
    """The sender monitors the target, by its monitor `ref`. To nobody: DOWN comes back."""
    DEMONITOR = 12
    """The sender takes its monitor `ref` back."""
    DOWN = 13
    """What the target process monitors by `ref` has ended. Body: the reason."""
    RESULT = 14
    """What the target process monitors by `ref` has done its work. Body: a message, which finds nobody
    once the monitor was taken back."""
    PROBE = 15
    """The sender waits for the target to answer its call `ref`. Body: who waits for whom on the way to it."""
    DEADLOCK = 16
    """The call `ref` of the target process waits for itself. Body: the cycle."""


class Target(NamedTuple):
    """Where a signal goes on the other node.

    Attributes:
        node: the node's name.
        creation: the node's incarnation that is meant, 0 for whichever lives now.
        process: a process's number, or a registered name.
    """

    node: str
    creation: int
    process: int | str

    @property
    def who(self) -> Pid | tuple[str, str]:
        """The destination that it stands for, as users write it."""
        if isinstance(self.process, int):
            return Pid(self.node, self.creation, self.process)
        return self.process, self.node


class Parcel:
    """A message body as it came, not yet unpickled: opened by the process that takes it.

    A class and no protocol, for an answer must be told from a parcel that holds one: a call may be
    answered by any process of any node, wherever the server is.
    """

    __slots__ = ()

    def open(self) -> object:
        """Unpickle. May raise anything whatever: that is the receiver's to handle."""
        raise NotImplementedError


class Network(Protocol):
    """What the runtime asks of the network."""

    def post(self, kind: Kind, target: Target, ref: int, sender: Process | None, body: object, deadline: float) -> bool:
        """Send one signal, connecting first where there is no connection.

        The body is taken by value: pickled, its large buffers copied, before this returns.
        While the window to the peer is full (all but FAIL) or a large body is on
        its way, the *sender* is suspended, never the scheduler; `deadline` limits that.

        A CALL is remembered until `Arrivals.reply` or `.fail` was called for it or `abandon`;
        when the node cannot be reached, or is lost, `Arrivals.fail` is called with `NodeDown`,
        but never before `post` has returned (the caller does not wait yet: use `call_soon`);
        a CALL whose node is lost while its sender is suspended raises `NodeDown` from `post`.
        Other signals to a node that cannot be reached are dropped silently.

        Args:
            ref: of the call; 0 where the kind has none.
            sender: the process that runs now; None when the runtime itself speaks
                (it is never suspended).
            deadline: a moment of the runtime's clock; `inf` for none.

        Returns:
            False when the deadline came before everything was handed over: the signal was
            not sent, and for a CALL nothing is remembered.

        Raises:
            Exception: the body cannot be pickled; nothing was sent.
        """

    def tell(self, kind: Kind, target: Target, ref: int, number: int, body: object) -> None:
        """Send one signal in the name of process `number`, which is never suspended; it may have ended.

        In order with what that process has posted. For a LINK or MONITOR that turns out to have
        nobody to go to only later, `Arrivals.missing` or `Arrivals.lost` is called.

        Raises:
            NodeDown, NoProcess: for a CALL, LINK or MONITOR that is known to have nobody to go to.
            Exception: the body cannot be pickled; nothing was sent.
        """

    def abandon(self, node: str, ref: int) -> None:
        """The caller of the open call `ref` to `node` has stopped waiting: forget it."""

    def flush(self) -> None:
        """Send what was queued: called when the run queue is empty, and at least every 2 ms."""

    def pump(self, timeout: float | None) -> None:
        """Wait at most `timeout` seconds (None: for ever) for the network or `wake`, and pass
        on to `Arrivals` what came."""

    def wake(self) -> None:
        """Make `pump` return. Any thread, also from a signal handler."""

    def connect(self, name: str, done: Callable[[bool], None]) -> None:
        """Connect to the node `name`; `done(True)` once it is, `done(False)` if it cannot be.

        Every failure is told within 6 s, a refusal at once. To the node itself: True.
        """

    def disconnect(self, name: str) -> bool:
        """End the session with `name`, so that both sides see nodedown; whether there was one."""

    def is_connected(self, name: str) -> bool:
        """Whether there is a session with `name`, hidden or not."""

    def nodes(self) -> list[str]:
        """The connected visible nodes, in the order of connection."""

    def stop(self) -> None:
        """Take leave of every peer and close the carrier. The last call."""


class Arrivals(Protocol):
    """What the network asks of the runtime. Offered by `runtime.gateway.Gateway`."""

    def arrive(self, kind: Kind, process: int | str, ref: int, sender: Pid, body: Parcel) -> None:
        """A SEND, CAST or CALL has come for a process of this node.

        For a CALL to nobody, or to a process that ends before it answers, the runtime posts
        FAIL to the sender by itself.
        """

    def reply(self, process: int, ref: int, body: Parcel) -> None:
        """The open call `ref` of this node's process got its answer. Unknown: dropped."""

    def fail(self, process: int, ref: int, body: Parcel | BaseException) -> None:
        """The open call `ref` of this node's process failed. Unknown: dropped."""

    def missing(self, kind: Kind, process: int, ref: int, target: Target) -> None:
        """A LINK or MONITOR of this node's process never left: its target is of an earlier incarnation."""

    def lost(self, node: str) -> None:
        """The connection to `node` has ended, or could not be made: every tie across it is broken.

        Called behind everything that had come from there, and before its nodedown.
        """

    def announce(self, event: str, node: str) -> None:
        """Tell the processes that asked with `monitor_nodes`: `"nodeup"` or `"nodedown"`."""

    def now(self) -> float:
        """The runtime's clock, in seconds."""

    def after(self, seconds: float, act: Callable[[], None]) -> Cancel:
        """Call `act` on the scheduler's thread `seconds` from now. The result cancels it."""

    def call_soon(self, act: Callable[[], None]) -> None:
        """Call `act` on the scheduler's thread soon. May be called from any thread."""

    def suspend(self, start: Callable[[Callable[[object], None]], object], deadline: float = ...) -> object:
        """Park the process that runs now until it is resumed.

        Args:
            start: called with `resume`; it arranges that `resume(value)` is called once,
                later or at once, on the scheduler's thread. A second call is ignored.
            deadline: a moment of the runtime's clock.

        Returns:
            The value given to `resume`.

        Raises:
            Expired: the deadline came first; a later `resume` is ignored.
        """


class Cancel(Protocol):
    def __call__(self) -> None: ...


class Resolver(Protocol):
    """Finds where a node listens. What it says is a hint, never trusted."""

    def lookup(self, name: str, answer: Callable[[str | None], None]) -> None:
        """Find the carrier address of the node `name`.

        Args:
            answer: called once, from any thread, with an address such as
                `"tcp://127.0.0.1:41233"`, or None when the name is unknown or nobody
                could be asked.
        """


class Expired(Exception):
    """The deadline of a `suspend` came. Internal: callers turn it into an error of theirs."""
