"""What a cluster of apothik is: how many nodes, and what they are called."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

SIZE_VARIABLE = "APOTHIK_NODES"
MOST_NODES = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """The fixed cluster of phase 1. It must be the same on every node, or keys get lost.

    Attributes:
        size: the number of nodes that share the keys.
        host: the host of all of them.
        prefix: of their names; a number from 1 on follows.

    Raises:
        ValueError: `size` is not from 1 to 1000.
    """

    size: int = 5
    host: str = "127.0.0.1"
    prefix: str = "apothik"

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MOST_NODES:
            raise ValueError(f"a cluster has 1 to {MOST_NODES} nodes, not {self.size!r}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """The settings where `APOTHIK_NODES` may say the size.

        >>> Settings.from_environment({"APOTHIK_NODES": "3"}).names
        ('apothik_1@127.0.0.1', 'apothik_2@127.0.0.1', 'apothik_3@127.0.0.1')
        """
        size = environment.get(SIZE_VARIABLE)
        if size is None:
            return cls()
        if not (size.isascii() and size.isdecimal()):
            raise ValueError(f"{SIZE_VARIABLE} is the number of nodes, not {size!r}")
        return cls(size=int(size))

    @property
    def names(self) -> tuple[str, ...]:
        """The nodes that share the keys; a node's place in the list decides which are its own."""
        return tuple(self.name(i) for i in range(1, self.size + 1))

    def name(self, i: int) -> str:
        """The name of node `i`, counted from 1; also of one beyond the fixed cluster.

        >>> Settings().name(2)
        'apothik_2@127.0.0.1'
        """
        return f"{self.prefix}_{i}@{self.host}"


@cache
def settings() -> Settings:
    """The settings of this OS process, read once."""
    return Settings.from_environment(os.environ)
