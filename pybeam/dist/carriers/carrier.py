"""What a carrier is: it moves opaque frames between addresses, and knows no names and no sessions.

A node has one carrier. It *receives* on one listening address, from any number of sources, and
*sends* over links that it dials, one link for each connection incarnation: a link that is lost
is never used again. Frames of one link arrive complete and in order, or not at all; what is lost
is always a suffix, and then the link is lost too.

All methods but `wake` belong to the one thread that runs the node. The conformance suite in
`pybeam.testing.carrier_suite` holds every carrier to this page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Part = bytes | bytearray | memoryview
"""One part of a frame. A frame is one part, or a few for large buffers that should not be joined."""

MAX_PART = 512 * 1024
"""No part of a frame is larger (bytes): the carrier may cut off a source that sends a larger one."""


class Link(Protocol):
    """The sending half of one connection incarnation."""

    def send(self, parts: Sequence[Part]) -> bool:
        """Queue one frame. The parts may be changed as soon as this has returned.

        Returns:
            False when the link is not open (not yet, or no more); nothing was queued then.
        """

    def alive(self) -> bool:
        """Whether the link is open, asked afresh."""

    def close(self, linger: float = 0.0) -> None:
        """Give the link up; queued frames may still leave for `linger` seconds."""


class Frame(NamedTuple):
    """A frame has arrived. `source` names the connection it came by: its epoch, not its node.

    Parts after the first may be views of what has come, good for whatever only reads bytes.
    """

    source: bytes
    parts: Sequence[bytes]


class Opened(NamedTuple):
    """A dialled link is open: authenticated, encrypted, ready to send."""

    link: Link


class Lost(NamedTuple):
    """A dialled link could not be opened (`why` says it for a log). Told once.

    A link that was open and breaks is *not* told: `send` and `alive` tell it.
    """

    link: Link
    why: str


Event = Frame | Opened | Lost


class Carrier(Protocol):
    """The node's door to the network."""

    @property
    def address(self) -> str:
        """Where others dial this carrier, for instance `"tcp://127.0.0.1:41233"`."""

    def dial(self, address: str) -> Link:
        """Start a link to `address`; returns at once. `Opened` or `Lost` follows, within 5 s."""

    def wait(self, timeout: float | None) -> list[Event]:
        """Wait until something has come, `wake` was called, or `timeout` seconds have gone.

        Args:
            timeout: seconds; 0 only looks; None waits for ever.

        Returns:
            What has come, in order for each source; often nothing.
        """

    def wake(self) -> None:
        """Make a `wait` that runs now, or the next one, return. Any thread, also a signal handler."""

    def close(self) -> None:
        """Close the listening address and every link. Frames on their way may be lost."""
