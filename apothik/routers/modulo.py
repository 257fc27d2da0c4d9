"""The simplest router: the key's hash, modulo the number of nodes, is a place in their list.

Evenly spread, and nothing to remember. But when the number of nodes changes, nearly all keys move.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybeam.hashing import phash2


class Modulo:
    """Spread keys over `members` by `phash2`, as the story's phase 1 does.

    Args:
        members: the nodes; their order counts.

    Raises:
        ValueError: there are none, or one is named twice.

    >>> Modulo(["a@h", "b@h", "c@h"]).node_of("k_1_1")
    'c@h'
    """

    __slots__ = ("members",)

    def __init__(self, members: Sequence[str]) -> None:
        if not members or len(set(members)) < len(members):
            raise ValueError(f"a router needs at least one node, and each once, not {members!r}")
        self.members = tuple(members)

    def node_of(self, key: object) -> str:
        members = self.members
        return members[phash2(key, len(members))]
