"""A scope of `pg` on one node: the server that keeps its table equal to those of its peers.

It watches the processes of its own node that joined, tells its peers of every join and leave, and
takes in what they tell. Decisions are `members`'.
"""

from __future__ import annotations

from typing import Any

from .. import process
from ..runtime.signals import From
from ..terms import Pid, Ref
from .members import Change, Group, Members
from .peers import Replica


class _Every:
    """What a monitor of the whole scope watches; no group is equal to it."""


EVERY_GROUP = _Every()


class Scope(Replica):
    """The server of one scope on one node, started under the scope's name.

    Args:
        members: the table. After a crash of the server the next one is given the same, and goes on
            with what it says of the own node's processes.
    """

    def init(self, members: Members) -> None:
        self._members = members
        self._name = self._process.runtime.name
        self._watched: dict[Pid, Ref] = {}
        self._monitors: dict[Ref, tuple[Pid, Group]] = {}
        for pid in members.pids():
            if pid.creation != self._process.pid.creation:
                members.forget(pid)
            else:
                self._watched[pid] = process.monitor(pid)
        super().init()

    @property
    def members(self) -> Members:
        """The table. It is only to be read."""
        name = self._process.runtime.name
        if name != self._name:  # the node was nameless when some of these joined
            self._members.rename(self._name, name)
            self._name = name
        return self._members

    def handle_call(self, request: Any, from_: From) -> object:
        match request:
            case ("join", group, pids):
                self._join(group, pids)
                return None
            case ("leave", group, pids):
                return self._leave(group, pids)
            case ("monitor", group, Pid() as watcher):
                return self._monitor(group, watcher)
            case ("demonitor", ref):
                return self._demonitor(ref)
        return super().handle_call(request, from_)

    def greet(self, node: str) -> None:
        self.tell(node, "sync", self.members.all_at(self._process.runtime.name))

    def hear(self, node: str, kind: str, *facts: Any) -> None:
        match (kind, *facts):
            case ("sync", dict(groups)):
                self._announce(*self._members.replace(node, groups))
            case ("join", group, list(pids)):
                self._announce(self._members.join(node, group, pids))
            case ("leave", groups, list(pids)):
                self._announce(*(self._members.leave(node, group, pids) for group in groups))

    def lose(self, node: str) -> None:
        self._announce(*self._members.drop(node))

    def ended(self, ref: Ref, pid: Pid) -> None:
        if self._monitors.pop(ref, None) is None and self._watched.pop(pid, None) is not None:
            changes = self.members.forget(pid)
            self._announce(*changes)
            for change in changes:
                self.tell_all("leave", [change.group], change.pids)

    def _join(self, group: Group, pids: list[Pid]) -> None:
        for pid in pids:
            if pid not in self._watched:
                self._watched[pid] = process.monitor(pid)
        if pids:
            self._announce(self.members.join(self._process.runtime.name, group, pids))
            self.tell_all("join", group, pids)

    def _leave(self, group: Group, pids: list[Pid]) -> bool:
        change = self.members.leave(self._process.runtime.name, group, pids)
        for pid in set(change.pids):
            if not self._members.groups_of(pid):
                process.demonitor(self._watched.pop(pid), flush=True)
        if change.pids:
            self._announce(change)
            self.tell_all("leave", [group], change.pids)
        return bool(change.pids)

    def _monitor(self, group: Group, watcher: Pid) -> tuple[Ref, object]:
        ref = process.monitor(watcher)
        self._monitors[ref] = watcher, group
        return ref, self.members.all() if group is EVERY_GROUP else self.members.of(group)

    def _demonitor(self, ref: Ref) -> bool:
        process.demonitor(ref, flush=True)
        return self._monitors.pop(ref, None) is not None

    def _announce(self, *changes: Change) -> None:
        for ref, (watcher, watched) in self._monitors.items():
            for kind, group, pids in changes:
                if watched is EVERY_GROUP or watched == group:
                    process.send(watcher, (ref, kind, group, pids))
