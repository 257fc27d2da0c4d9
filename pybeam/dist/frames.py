"""What two nodes say to each other, as values: one class for each kind of frame.

Nothing here knows bytes (that is `wire`), nor what a frame makes anybody do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..runtime.ports import Kind
from .carriers.carrier import Part

Signal = tuple[Kind, int | str, int, int, bytes]
"""What a batch holds: kind, target process, ref, number of the sending process, body."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a link: who speaks, and to whom.

    Attributes:
        name, creation, hidden: of the speaker.
        to: the name of the node that it believes it has reached.
        to_creation: the incarnation that is meant, 0 for whichever lives.
        nonce: names this attempt of the speaker; a later attempt has a higher one.
        answers: the nonce of the HELLO that this one answers, 0 for none; it also acknowledges it.
        address: where the speaker listens.
        python: the speaker's major and minor version.
    """

    name: str
    creation: int
    hidden: bool
    to: str
    to_creation: int
    nonce: int
    answers: int
    address: str
    python: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A HELLO of another version: only what every version has in the same place."""

    version: int
    nonce: int
    address: str


@dataclass(frozen=True, slots=True)
class Ack:
    """The HELLO with this nonce was accepted."""

    nonce: int


@dataclass(frozen=True, slots=True)
class Refuse:
    """The HELLO with this nonce was refused; `why` is for a person."""

    nonce: int
    why: str


@dataclass(frozen=True, slots=True)
class Bye:
    """The session of the speaker's `nonce` and the listener's `yours` (0: unknown) is over."""

    nonce: int
    yours: int
    why: str


@dataclass(frozen=True, slots=True)
class Credit:
    """So many bytes more of batches and of fragments have been taken."""

    batched: int
    streamed: int


@dataclass(frozen=True, slots=True)
class Nodes:
    """The names of the visible nodes that the speaker is connected to."""

    names: tuple[str, ...]


class Sign(Enum):
    """A frame that says nothing but its kind."""

    TICK = 13
    PROBE = 14
    ALIVE = 15


@dataclass(frozen=True, slots=True)
class Open:
    """A body too large for a batch begins: the signal's head, and the length of each buffer."""

    stream: int
    kind: Kind
    process: int | str
    ref: int
    sender: int
    lengths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """The next bytes of a stream; they never span two of its buffers."""

    stream: int
    data: Part


@dataclass(frozen=True, slots=True)
class Abort:
    """The sender has given the stream up."""

    stream: int


Control = Hello | Ack | Refuse | Bye | Credit | Nodes | Sign | Open | Fragment | Abort
"""Every frame but the batch."""
