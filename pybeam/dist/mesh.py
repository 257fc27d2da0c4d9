"""Who is in the mesh, and whom hearsay makes a node connect to.

Pure. When two visible nodes connect, each names its others to the other one, which connects to
those it does not know: so whoever connects to one node is soon connected to all. A session with a
hidden node, on either side, takes no part.
"""

from __future__ import annotations

from collections.abc import Iterable

SHUN_SECONDS = 2.0
"""How long hearsay does not bring a node back that was disconnected on purpose: what others
said of it may be on its way still."""


class Mesh:
    """The visible connections of one node.

    Args:
        own: the node's name.
    """

    def __init__(self, own: str) -> None:
        self._own = own
        self._members: dict[str, None] = {}
        self._shunned: dict[str, float] = {}

    def join(self, name: str) -> list[str]:
        """`name` is connected and visible. Returns the names to tell it."""
        others = self.nodes()
        self._members[name] = None
        self._shunned.pop(name, None)
        return others

    def leave(self, name: str) -> None:
        """`name` is no longer connected."""
        self._members.pop(name, None)

    def shun(self, name: str, now: float) -> None:
        """`name` was disconnected on purpose at `now` (seconds)."""
        self._shunned[name] = now + SHUN_SECONDS

    def nodes(self) -> list[str]:
        """The connected visible nodes, in the order in which they came."""
        return list(self._members)

    def strangers(self, names: Iterable[str], now: float) -> list[str]:
        """Those of `names` to connect to, at `now` (seconds).

        >>> mesh = Mesh("a@h")
        >>> mesh.join("b@h")
        []
        >>> mesh.strangers(["a@h", "b@h", "c@h"], now=0.0)
        ['c@h']
        """
        self._shunned = {name: until for name, until in self._shunned.items() if until > now}
        known = {self._own, *self._members, *self._shunned}
        return [name for name in dict.fromkeys(names) if name not in known]
