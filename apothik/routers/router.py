"""What a router is: from a key to the node that has it."""

from __future__ import annotations

from typing import Protocol


class Router(Protocol):
    """Spreads keys over some nodes. A value: it never changes, and two nodes that are given the
    same members get the same answers, whatever their Python, platform and hash seed."""

    @property
    def members(self) -> tuple[str, ...]:
        """The nodes that it spreads keys over; at least one."""

    def node_of(self, key: object) -> str:
        """The one of `members` that has `key`.

        Keys that are one term to Erlang, as `"a"` and `b"a"`, have one node.

        Raises:
            TypeError: `key` has no Erlang counterpart.
        """
