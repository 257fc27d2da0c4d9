"""Links and monitors: who must be told of whose end, on this node and on others.

Between two processes of this node both hold the tie, and `runtime.process` makes it. Between nodes
each holds its half, and the signals here keep the halves together. A connection that is lost breaks
every tie across it, on both sides; nothing of it comes back with the next connection. Follows the
link and monitor protocols of ERTS ("Distribution Protocol").
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import NOCONNECTION, NOPROC, NodeDown, NoProcess, text_of
from ..terms import Pid, Ref
from .far import Far, FarMonitor, Link
from .ports import Kind, Parcel, Target
from .signals import Sealed

if TYPE_CHECKING:
    from .process import Process
    from .scheduler import Runtime

log = logging.getLogger("pybeam.runtime")


class Ties:
    """The ties of one node's processes with others."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._by_node: dict[str, dict[Process, None]] = {}
        self._watched: dict[tuple[Pid, int], Process] = {}
        self._handlers = {
            Kind.LINK: self._link_came,
            Kind.UNLINK: self._unlink_came,
            Kind.UNLINKED: self._unlinked_came,
            Kind.BROKEN: self._broken_came,
            Kind.EXIT: self._exit_came,
            Kind.MONITOR: self._monitor_came,
            Kind.DEMONITOR: self._demonitor_came,
            Kind.DOWN: self._down_came,
            Kind.RESULT: self._result_came,
        }

    # ------------------------------------------------------------------ what this node's processes do

    def link(self, process: Process, pid: Pid) -> None:
        """Link `process` with `pid`, of another node."""
        if self._far(process, pid.node).links.setdefault(pid, Link()).open():
            why = self._ask(Kind.LINK, _target(pid), 0, process.number)
            if why is not None:
                self._break(process, pid, why)

    def unlink(self, process: Process, pid: Pid) -> None:
        """Take the link of `process` with `pid` away."""
        link = process.far.links.get(pid) if process.far is not None else None
        number = self._runtime.next_ref()
        if link is not None and link.close(number):
            self._tell(Kind.UNLINK, pid, number, process.number)

    def monitor(self, process: Process, target: Target, who: object) -> Ref:
        """Have `process` monitor what `target` is now."""
        ref = self.expect(process, target, who)
        why = self._ask(Kind.MONITOR, target, ref.number, process.number)
        if why is not None:
            self._down(process, ref.number, why)
        return ref

    def expect(self, process: Process, target: Target, who: object = None) -> Ref:
        """A monitor whose other half the other node makes by itself."""
        runtime = self._runtime
        number = runtime.next_ref()
        if process.monitors is None:
            process.monitors = {}
        process.monitors[number] = FarMonitor(target, who)
        self._far(process, target.node)
        return Ref(runtime.name, runtime.creation, number)

    def found(self, process: Process, ref: Ref, pid: Pid) -> None:
        """The monitor `ref` of `expect` turns out to be one of `pid`."""
        if process.monitors is None or ref.number not in process.monitors:
            return  # it has ended already, and `process` was told
        process.monitors[ref.number] = FarMonitor(_target(pid), pid)
        if not _is_tied(process, pid.node):
            self._down(process, ref.number, NOCONNECTION)

    def demonitor(self, process: Process, number: int, monitor: FarMonitor) -> None:
        """Tell the other node that nobody waits for the end any more."""
        if _is_tied(process, monitor.target.node):
            self._runtime.network.tell(Kind.DEMONITOR, monitor.target, number, process.number, None)

    def exit(self, process: Process, pid: Pid, reason: object) -> None:
        """Send `pid` the exit signal `reason` from `process`."""
        self._tell(Kind.EXIT, pid, 0, process.number, reason)

    def watch(self, process: Process, watcher: Pid, number: int) -> None:
        """`watcher`, of another node, monitors `process` by its monitor `number`."""
        self._far(process, watcher.node).watchers[watcher, number] = None
        self._watched[watcher, number] = process

    def end(self, process: Process, reason: object) -> None:
        """`process` has ended: tell everybody who is tied to it, and untie."""
        if process.watchers is not None:
            self._tell_watchers(process.watchers, reason)
        if process.monitors is not None:
            self._stop_watching(process, process.monitors)
        process.watchers = process.monitors = None
        links, process.links = process.links, None
        if links is not None:
            for other in sorted(links, key=lambda p: p.number):
                other.unlink(process)
                self._runtime.exit_signal(other, process.pid, reason)
        far, process.far = process.far, None
        if far is not None:
            self._end_far(process, far, reason)

    def _tell_watchers(self, watchers: dict[int, tuple[Process, Ref, object]], reason: object) -> None:
        for number, (watcher, ref, who) in watchers.items():
            if watcher.monitors is not None:
                watcher.monitors.pop(number, None)
            self._runtime.deliver(watcher, ("DOWN", ref, "process", who, reason))

    def _stop_watching(self, process: Process, monitors: dict[int, Process | FarMonitor]) -> None:
        for number, target in monitors.items():
            if isinstance(target, FarMonitor):
                self.demonitor(process, number, target)
            elif target.watchers is not None:
                target.watchers.pop(number, None)

    def _end_far(self, process: Process, far: Far, reason: object) -> None:
        for watcher, number in far.watchers:
            self._watched.pop((watcher, number), None)
            self._tell(Kind.DOWN, watcher, number, process.number, reason)
        for pid, link in far.links.items():
            if link.active:
                self._tell(Kind.BROKEN, pid, 0, process.number, reason)
        for node in far.nodes:
            self._by_node.get(node, {}).pop(process, None)

    # ------------------------------------------------------------------ what other nodes say

    def arrive(
        self, kind: Kind, target: Process | None, process: int | str, ref: int, sender: Pid, body: Parcel
    ) -> None:
        """A signal of a tie has come for `process`, which is `target`, if there is such a one."""
        number = process if isinstance(process, int) else target.number if target is not None else 0
        self._handlers[kind](target, number, ref, sender, body)
        self._runtime.take_ends()

    def missing(self, kind: Kind, number: int, ref: int, target: Target) -> None:
        """A LINK or MONITOR of the process `number` did not leave: `target` cannot exist any more."""
        process = self._runtime.processes.get(number)
        if process is not None and kind is Kind.MONITOR:
            self._down(process, ref, NOPROC)
        elif process is not None and not isinstance(target.process, str):
            self._break(process, Pid(*target[:2], target.process), NOPROC)
        self._runtime.take_ends()

    def lost(self, node: str) -> None:
        """There is no connection to `node` any more, or none could be made: what was tied to it is told."""
        for process in self._by_node.pop(node, {}):
            far = process.far
            if far is None:
                continue
            far.nodes.discard(node)
            for watcher, number in [key for key in far.watchers if key[0].node == node]:
                del far.watchers[watcher, number]
                self._watched.pop((watcher, number), None)
            for ref, monitor in list((process.monitors or {}).items()):
                # One that is expected has no name yet to be told by: `found` tells of it.
                if isinstance(monitor, FarMonitor) and monitor.target.node == node and monitor.who is not None:
                    self._down(process, ref, NOCONNECTION)
            for pid in [pid for pid in far.links if pid.node == node]:
                if far.links.pop(pid).active:
                    self._runtime.give_exit(process, pid, NOCONNECTION)
        self._runtime.take_ends()

    def _link_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        if target is None:
            self._tell(Kind.BROKEN, sender, 0, number, NOPROC)
        else:
            self._far(target, sender.node).links.setdefault(sender, Link()).opened()

    def _unlink_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        link = target.far.links.get(sender) if target is not None and target.far is not None else None
        if link is not None:
            link.closed()
            self._tidy(target, sender)
        self._tell(Kind.UNLINKED, sender, ref, number)

    def _unlinked_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        link = target.far.links.get(sender) if target is not None and target.far is not None else None
        if link is not None:
            link.confirmed(ref)
            self._tidy(target, sender)

    def _broken_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        if target is not None:
            self._break(target, sender, _opened(body))

    def _exit_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        if target is not None:
            self._runtime.give_exit(target, sender, _opened(body), by_exit=True)

    def _monitor_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        if target is None:
            self._tell(Kind.DOWN, sender, ref, number, NOPROC)
        else:
            self.watch(target, sender, ref)

    def _demonitor_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        # Not `target`: the name that was monitored may be another's by now.
        watched = self._watched.pop((sender, ref), None)
        if watched is not None and watched.far is not None:
            watched.far.watchers.pop((sender, ref), None)

    def _down_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        monitor = (target.monitors or {}).get(ref) if target is not None else None
        if target is not None and isinstance(monitor, FarMonitor) and monitor.target.node == sender.node:
            self._down(target, ref, _opened(body), sender)

    def _result_came(self, target: Process | None, number: int, ref: int, sender: Pid, body: Parcel) -> None:
        monitor = (target.monitors or {}).get(ref) if target is not None else None
        if target is not None and isinstance(monitor, FarMonitor) and monitor.target.node == sender.node:
            self._runtime.deliver(target, Sealed(body))

    # ------------------------------------------------------------------ the halves of this node

    def _far(self, process: Process, node: str) -> Far:
        if process.far is None:
            process.far = Far()
        process.far.nodes.add(node)
        self._by_node.setdefault(node, {})[process] = None
        return process.far

    def _tidy(self, process: Process | None, pid: Pid) -> None:
        if process is not None and process.far is not None and process.far.links[pid].over:
            del process.far.links[pid]

    def _break(self, process: Process, pid: Pid, reason: object) -> None:
        link = process.far.links.get(pid) if process.far is not None else None
        if link is None:
            return
        was_active = link.broken()
        self._tidy(process, pid)
        if was_active:
            self._runtime.give_exit(process, pid, reason)

    def _down(self, process: Process, number: int, reason: object, sender: Pid | None = None) -> None:
        runtime = self._runtime
        monitor = (process.monitors or {}).pop(number, None)
        if isinstance(monitor, FarMonitor):
            who = sender if monitor.who is None else monitor.who
            ref = Ref(runtime.name, runtime.creation, number)
            runtime.deliver(process, ("DOWN", ref, "process", who, reason))

    # ------------------------------------------------------------------ the other half's node

    def _ask(self, kind: Kind, target: Target, ref: int, number: int) -> str | None:
        """Send a signal that must be answered should there be nobody; why not, where that is known."""
        try:
            self._runtime.network.tell(kind, target, ref, number, None)
        except NodeDown:
            return NOCONNECTION
        except (NoProcess, ValueError):  # nor can there ever be one, with a number like that
            return NOPROC
        return None

    def _tell(self, kind: Kind, pid: Pid, ref: int, number: int, body: object = None) -> None:
        tell = self._runtime.network.tell
        try:
            tell(kind, _target(pid), ref, number, body)
        except BaseException as error:  # a reason may be anything: one that cannot be pickled has a text that can
            log.debug("the reason of an end cannot travel: %s", text_of(error))
            self._runtime.guard(lambda: tell(kind, _target(pid), ref, number, text_of(body)))


def _is_tied(process: Process, node: str) -> bool:
    """Whether the connection to `node` has held since `process` was first tied to it."""
    return process.far is not None and node in process.far.nodes


def _target(pid: Pid) -> Target:
    return Target(pid.node, pid.creation, pid.number)


def _opened(body: Parcel) -> object:
    try:
        return body.open()
    except BaseException as error:
        return f"a reason that cannot be unpickled here: {type(error).__name__}: {text_of(error)}"
