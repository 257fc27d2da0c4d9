"""Who is registered under which key, with what value: the table of one registry.

Pure, and it knows no process: an owner is a number, and whether it lives is asked. An owner that has
ended is not seen any more from that moment on; its entries are taken out when somebody says so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One registration."""

    owner: int
    value: Any


class Table:
    """The entries of one registry, under each key in the order in which they came.

    Args:
        unique: whether a key has one living owner at most.
        alive: whether an owner lives.

    >>> table = Table(True, alive=lambda owner: owner != 7)
    >>> table.add("printer", 7, "on floor 2"), table.add("printer", 8, "on floor 3")
    (None, None)
    >>> table.lookup("printer")
    [Entry(owner=8, value='on floor 3')]
    >>> table.add("printer", 9, "on floor 4")
    8
    """

    __slots__ = ("_alive", "_by_key", "_by_owner", "_number", "unique")

    def __init__(self, unique: bool, alive: Callable[[int], bool]) -> None:
        self.unique = unique
        self._alive = alive
        self._by_key: dict[Hashable, dict[int, Entry]] = {}
        self._by_owner: dict[int, dict[int, Hashable]] = {}
        self._number = 0

    def add(self, key: Hashable, owner: int, value: object) -> int | None:
        """Register `owner` under `key`.

        Returns:
            None, or the owner that keeps a unique key from being taken; nothing was changed then.
        """
        holder = next(iter(self._by_key.get(key, {}).values()), None) if self.unique else None
        if holder is not None:
            if self._alive(holder.owner):
                return holder.owner
            self.drop(holder.owner)
        self._number = number = self._number + 1
        self._by_key.setdefault(key, {})[number] = Entry(owner, value)
        self._by_owner.setdefault(owner, {})[number] = key
        return None

    def lookup(self, key: Hashable) -> list[Entry]:
        """The entries of `key` whose owners live."""
        alive = self._alive
        return [entry for entry in self._by_key.get(key, {}).values() if alive(entry.owner)]

    def remove(self, key: Hashable, owner: int, match: Callable[[Any], object] | None = None) -> bool:
        """Take out what `owner` has under `key`, or only the values for which `match` holds; whether there was any.

        Nothing is changed when `match` raises.
        """
        # A copy: `match` is a user's, and others register while it waits for something.
        held = list(self._by_key.get(key, {}).items())
        mine = [n for n, entry in held if entry.owner == owner and (match is None or match(entry.value))]
        taken = [number for number in mine if number in self._by_key.get(key, {})]
        for number in taken:
            self._take_out(key, owner, number)
        return bool(taken)

    def drop(self, owner: int) -> None:
        """Take out all that `owner` has."""
        for number, key in list(self._by_owner.get(owner, {}).items()):
            self._take_out(key, owner, number)

    def replace(self, key: Hashable, owner: int, value: object) -> bool:
        """Give the entry that `owner` has under a unique `key` another value; whether there is one."""
        for number, entry in self._by_key.get(key, {}).items():
            if entry.owner == owner:
                self._by_key[key][number] = Entry(owner, value)
                return True
        return False

    def holds(self, owner: int) -> bool:
        """Whether `owner` has any entry."""
        return owner in self._by_owner

    def keys(self, owner: int) -> list[Hashable]:
        """The keys of a living `owner`, one for each registration, in their order."""
        return list(self._by_owner.get(owner, {}).values()) if self._alive(owner) else []

    def items(self) -> Iterator[tuple[Hashable, Entry]]:
        """Every entry whose owner lives, with its key."""
        for key, held in self._by_key.items():
            for entry in held.values():
                if self._alive(entry.owner):
                    yield key, entry

    def __len__(self) -> int:
        return sum(len(keys) for owner, keys in self._by_owner.items() if self._alive(owner))

    def _take_out(self, key: Hashable, owner: int, number: int) -> None:
        for table, place in ((self._by_key, key), (self._by_owner, owner)):
            held: dict[int, Any] = table[place]  # type: ignore[index]  # each table with a place of its own
            del held[number]
            if not held:
                del table[place]  # type: ignore[arg-type]
