"""Who is in which group, node by node: a table, and what a change of it means. Pure.

A process may be in a group several times. The own node's part is kept under its own name like the
others', so one rule serves all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..terms import Pid

Group = Hashable
Groups = dict[Group, list[Pid]]


class Change(NamedTuple):
    """What a change did to one group. `kind` is "join" or "leave"."""

    kind: str
    group: Group
    pids: list[Pid]


class Members:
    """The groups that have members.

    >>> table, one = Members(), Pid("a@h", 1, 7)
    >>> table.join("a@h", "room", [one, one])
    Change(kind='join', group='room', pids=[<a@h.7>, <a@h.7>])
    >>> table.leave("a@h", "room", [one])
    Change(kind='leave', group='room', pids=[<a@h.7>])
    >>> table.of("room")
    [<a@h.7>]
    """

    def __init__(self) -> None:
        self._counts: dict[Group, dict[str, dict[Pid, int]]] = {}
        self._groups: dict[Pid, set[Group]] = {}

    def groups(self) -> list[Group]:
        """The groups, oldest first."""
        return list(self._counts)

    def of(self, group: Group) -> list[Pid]:
        """The members of a group, each as many times as it joined."""
        return [pid for counts in self._counts.get(group, {}).values() for pid in _spread(counts)]

    def at(self, node: str, group: Group) -> list[Pid]:
        """Those of one node."""
        return list(_spread(self._counts.get(group, {}).get(node, {})))

    def all(self) -> Groups:
        """Every group with its members."""
        return {group: self.of(group) for group in self._counts}

    def all_at(self, node: str) -> Groups:
        """Every group that has members of `node`, with those."""
        return {group: list(_spread(parts[node])) for group, parts in self._counts.items() if node in parts}

    def pids(self) -> list[Pid]:
        """Every member, once."""
        return list(self._groups)

    def groups_of(self, pid: Pid) -> list[Group]:
        """The groups that a process is in."""
        return list(self._groups.get(pid, ()))

    def join(self, node: str, group: Group, pids: Sequence[Pid]) -> Change:
        """Add processes of `node` to a group."""
        if pids:
            counts = self._counts.setdefault(group, {}).setdefault(node, {})
            for pid in pids:
                counts[pid] = counts.get(pid, 0) + 1
                self._groups.setdefault(pid, set()).add(group)
        return Change("join", group, list(pids))

    def leave(self, node: str, group: Group, pids: Iterable[Pid]) -> Change:
        """Take each of `pids` out once; those that are not in the group are left out of the change."""
        parts = self._counts.get(group, {})
        counts = parts.get(node, {})
        left = [pid for pid in pids if self._take(counts, pid, group)]
        if left and not counts:
            del parts[node]
            if not parts:
                del self._counts[group]
        return Change("leave", group, left)

    def forget(self, pid: Pid) -> list[Change]:
        """Take a process out of all its groups, however often it joined."""
        times = {group: self._counts[group][pid.node].get(pid, 0) for group in self.groups_of(pid)}
        return [self.leave(pid.node, group, [pid] * count) for group, count in times.items()]

    def drop(self, node: str) -> list[Change]:
        """Take out everybody of `node`."""
        return [self.leave(node, group, pids) for group, pids in self.all_at(node).items()]

    def replace(self, node: str, groups: Groups) -> list[Change]:
        """From now on `node` has these members and no others."""
        before = self.all_at(node)
        changes = [self.leave(node, group, _without(pids, groups.get(group, []))) for group, pids in before.items()]
        changes += [self.join(node, group, _without(pids, before.get(group, []))) for group, pids in groups.items()]
        return [change for change in changes if change.pids]

    def rename(self, before: str, now: str) -> None:
        """The node `before` is called `now`, and so its pids."""
        groups = self.all_at(before)
        self.drop(before)
        for group, pids in groups.items():
            self.join(now, group, [Pid(now, pid.creation, pid.number) for pid in pids])

    def _take(self, counts: dict[Pid, int], pid: Pid, group: Group) -> bool:
        if pid not in counts:
            return False
        counts[pid] -= 1
        if not counts[pid]:
            del counts[pid]
            self._groups[pid].discard(group)
            if not self._groups[pid]:
                del self._groups[pid]
        return True


def _spread(counts: dict[Pid, int]) -> Iterator[Pid]:
    return (pid for pid, count in counts.items() for _ in range(count))


def _without(pids: list[Pid], others: list[Pid]) -> list[Pid]:
    """`pids`, less each of `others` once."""
    return list((Counter(pids) - Counter(others)).elements())
