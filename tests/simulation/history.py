"""What happened in a storm, as those who took part in it have seen it. Values only; `laws` judges them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Life(NamedTuple):
    """One incarnation of one node."""

    name: str
    number: int


class Lane(NamedTuple):
    """Messages of one sender to one process: to a pid of `life`, or, where that is 0, to a name."""

    source: Life
    target: str
    life: int


class Tag(NamedTuple):
    """What tells one message from all others.

    Attributes:
        place: counts what this sender has sent to this node.
        lane_place: counts what it has sent in this lane.
        session: the creation of the node that the sender was connected to; 0 where it was not.
        padding: makes it large.
    """

    lane: Lane
    place: int
    lane_place: int
    session: int
    padding: bytes = b""

    def brief(self) -> Tag:
        return self._replace(padding=b"%d" % len(self.padding))


class Got(NamedTuple):
    """`life`, whose creation is `creation`, has got a message."""

    when: float
    life: Life
    creation: int
    tag: Tag


class Turn(NamedTuple):
    """`life` was told `"nodeup"` or `"nodedown"` of the node `name`."""

    when: float
    life: Life
    event: str
    name: str


class Asked(NamedTuple):
    """A call was made; to a pid of the life `aimed_at`, or to a name where that is 0."""

    when: float
    life: Life
    number: int
    target: str
    aimed_at: int
    timeout: float | None


class Outcome(NamedTuple):
    """What the call `number` has come to: `"value"`, or an exception's class; and who answered, if anybody."""

    when: float
    life: Life
    number: int
    what: str
    answer: object


class Leftovers(NamedTuple):
    """What was in a caller's mailbox long after its call."""

    when: float
    life: Life
    messages: list[object]


class Ended(NamedTuple):
    """`life` was killed, or took its leave."""

    when: float
    life: Life


class Frozen(NamedTuple):
    """`life` stands still until `until`."""

    when: float
    life: Life
    until: float


class Cut(NamedTuple):
    """Nothing gets through between two nodes, from now on, or (`over`) again everything everywhere."""

    when: float
    names: frozenset[str]
    over: bool = False


Event = Got | Turn | Asked | Outcome | Leftovers | Ended | Frozen | Cut


@dataclass
class History:
    """All that happened.

    Attributes:
        events: in order.
        calm: each node's list when the storm is over, before anybody connects again.
        mesh: each node's list after each has sent something to each, and a newcomer has connected to one.
        last: the last messages sent, when nothing can go wrong any more.
    """

    events: list[Event] = field(default_factory=list)
    calm: dict[str, list[str]] = field(default_factory=dict)
    mesh: dict[str, list[str]] = field(default_factory=dict)
    last: list[Tag] = field(default_factory=list)
