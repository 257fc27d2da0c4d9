"""A fixed list of nodes, known beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Set

from ...terms import split_name
from ..strategy import Strategy


class Hosts(Strategy):
    """The nodes of a list; the whole of it at each poll, so that a dropped node comes back.

    Args:
        names: of the nodes. The own one may be among them: every node can have the same list.

    Raises:
        ValueError: a name is malformed; says which and how.

    >>> sorted(Hosts(["b@127.0.0.1", "a@127.0.0.1"]).discover())
    ['a@127.0.0.1', 'b@127.0.0.1']
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        for name in self._names:
            split_name(name)

    def discover(self) -> Set[str]:
        return self._names
