"""Who holds which lock of this node. Pure; the locks of the whole cluster are made of those of its nodes.

A lock belongs to a *requester*, which is any value; several processes may hold it on its behalf.
"""

from __future__ import annotations

from collections.abc import Hashable

from ..terms import Pid


class Locks:
    """The locks that are held.

    >>> locks, one, two = Locks(), Pid("a@h", 1, 7), Pid("a@h", 1, 8)
    >>> locks.take("disk", "me", one), locks.take("disk", "me", two), locks.take("disk", "you", two)
    (True, True, False)
    >>> locks.release("disk", "me", one)
    >>> locks.release_all(two)
    >>> locks.take("disk", "you", two)
    True
    """

    def __init__(self) -> None:
        self._held: dict[Hashable, tuple[Hashable, set[Pid]]] = {}

    def take(self, resource: Hashable, requester: Hashable, pid: Pid) -> bool:
        """Let `pid` hold the lock for `requester`; whether it can. To take it again changes nothing."""
        owner, holders = self._held.setdefault(resource, (requester, set()))
        if owner == requester:
            holders.add(pid)
        return owner == requester

    def release(self, resource: Hashable, requester: Hashable, pid: Pid) -> None:
        """`pid` holds the lock no more; harmless when it does not."""
        owner, holders = self._held.get(resource, (None, set[Pid]()))
        if owner == requester:
            holders.discard(pid)
            if not holders:
                self._held.pop(resource, None)

    def release_all(self, pid: Pid) -> None:
        """Nor any other lock."""
        for resource, (requester, holders) in list(self._held.items()):
            if pid in holders:
                self.release(resource, requester, pid)

    def is_holder(self, pid: Pid) -> bool:
        """Whether it holds any lock."""
        return any(pid in holders for _, holders in self._held.values())
