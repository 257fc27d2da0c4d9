"""The half of a tie that one node holds: what a process knows of its links and monitors elsewhere.

Pure: `runtime.ties` sends the signals that these call for.
"""

from __future__ import annotations

from typing import NamedTuple

from ..terms import Pid
from .ports import Target


class Link:
    """One half of a link between processes of two nodes; pure.

    An unlink counts at once. Until the other side has confirmed it, what comes of the link was sent
    before the other side knew, and does not count.

    Attributes:
        active: whether this process is linked.
        unlinking: the number of an unlink that is not confirmed yet; 0 for none.
    """

    __slots__ = ("active", "unlinking")

    def __init__(self) -> None:
        self.active = False
        self.unlinking = 0

    @property
    def over(self) -> bool:
        """Whether there is nothing more to remember."""
        return not self.active and not self.unlinking

    def open(self) -> bool:
        """This process links; whether the other side must be told."""
        was, self.active, self.unlinking = self.active, True, 0
        return not was

    def close(self, number: int) -> bool:
        """This process unlinks; whether the other side must be told, and asked to confirm `number`."""
        was, self.active = self.active, False
        if was:
            self.unlinking = number
        return was

    def opened(self) -> None:
        """The other side has linked."""
        self.active = self.active or not self.unlinking

    def closed(self) -> None:
        """The other side has unlinked."""
        self.active = False

    def confirmed(self, number: int) -> None:
        """The other side knows of the unlink `number`."""
        if number == self.unlinking:
            self.unlinking = 0

    def broken(self) -> bool:
        """The other side has ended; whether this process must be told."""
        was, self.active = self.active, False
        return was


class FarMonitor(NamedTuple):
    """What a process monitors on another node.

    Attributes:
        who: what stands for it in the DOWN message; None for the pid that the signal comes from.
    """

    target: Target
    who: object


class Far:
    """The halves that one process holds of its ties with processes of other nodes."""

    __slots__ = ("links", "nodes", "watchers")

    def __init__(self) -> None:
        self.links: dict[Pid, Link] = {}
        self.watchers: dict[tuple[Pid, int], None] = {}
        self.nodes: set[str] = set()
