"""What a discovery strategy is, and a topology: one cluster to be, as data.

A strategy only *names* nodes. Who is connected already, when to ask again and how to connect is
decided elsewhere, the same for every strategy. A new one is one file in `strategies/`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Set
from dataclasses import dataclass
from typing import Protocol

Tell = Callable[[str], None]
"""Takes the name of a node that a strategy has heard of. From any thread; never blocks or raises."""


class Strategy:
    """A source of node names. Subclass it and write `discover`; the rest only where it is needed.

    A strategy that hears of nodes between two polls calls the `tell` that `open` was given. To
    offer a connected node, a dropped one or the own node again and again is right: each offer is
    compared with what is connected.
    """

    def open(self, own: str, tell: Tell) -> None:
        """Begin. Called before the first `discover`, also after a crash without a `close`.

        Args:
            own: the name of this node.
            tell: hands over a name at once, without waiting for the next poll.

        Raises:
            OSError: this strategy cannot work here, and no later try will help.
        """

    def discover(self) -> Set[str]:
        """The nodes that should be connected, as far as it knows now.

        Called at each poll, on the scheduler's thread: what may block belongs elsewhere.
        An exception counts as an empty answer; the next poll comes all the same.
        """
        raise NotImplementedError

    def close(self) -> None:
        """End; after this nothing is told. Harmless when done twice, or before `open`."""


@dataclass(frozen=True, slots=True)
class Topology:
    """A cluster to be: who finds its nodes, and how often.

    Attributes:
        name: stands in the log, as `[cluster:name]`.
        strategy: names the nodes. One object serves one topology.
        polling_interval: seconds between two polls once the first quick ones are over.
    """

    name: str
    strategy: Strategy
    polling_interval: float = 5.0

    def __post_init__(self) -> None:
        if not self.polling_interval > 0:
            raise ValueError(f"a polling interval is more than 0 seconds, not {self.polling_interval!r}")


class Mesh(Protocol):
    """What is asked of this node; the module `pybeam.node` offers it."""

    def self(self) -> str:
        """The own name."""

    def list(self) -> Collection[str]:
        """The connected nodes."""

    def connect(self, name: str) -> bool:
        """Connect to a node, waiting for it; whether it is connected now."""

    def monitor_nodes(self, flag: bool = True) -> object:
        """From now on the calling process gets `("nodeup", name)` and `("nodedown", name)`."""
