"""One topology at work: ask its strategy, connect to whom it names, say how that went.

A server beside pure decisions (`reconcile`). It polls for ever and offers all it is offered to
`reconcile`, so a node that was dropped comes back without anybody asking for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import partial
from random import random
from typing import Any

from ..errors import NOCONNECTION
from ..otp.directives import Continue
from ..otp.gen_server import GenServer
from ..runtime.signals import ProcessExit
from ..terms import Pid
from .reconcile import pause_after, reconcile
from .seldom import Seldom
from .strategy import Mesh, Tell, Topology

log = logging.getLogger("pybeam.cluster")

POLL = "poll"
QUIET_ROUNDS = 5
"""Polls before a missing node is worth a warning: that is 1.5 seconds, in which most are up."""

WARNING_PAUSE = 60.0


class Worker(GenServer):
    """The server of one topology.

    Attributes:
        offered: every name that its strategy has ever offered.
        up: those of them that are connected, as far as was logged.
        tries: whom to, of the attempts to connect that are under way.
    """

    def init(self, topology: Topology, mesh: Mesh, chance: Callable[[], float] = random) -> Continue:
        self.topology = topology
        self.mesh = mesh
        self.chance = chance
        self.rounds = 0
        self.offered: set[str] = set()
        self.up: set[str] = set()
        self.tries: dict[Pid, str] = {}
        self.warnings = Seldom(WARNING_PAUSE)
        # For the attempts' exit signals; and without it no `terminate`, so a strategy's thread would go on.
        self._process.trap_exit = True
        mesh.monitor_nodes()
        topology.strategy.open(mesh.self(), self._tell())
        return Continue(POLL)

    def handle_continue(self, arg: Any) -> None:
        self._poll()

    def handle_info(self, message: Any) -> None:
        match message:
            case "poll":
                self._poll()
            case ("heard", name):
                self._offer({name})
            case ("nodeup", name):
                if name in self.offered:
                    self._came_up(name)
            case ("nodedown", name):
                self.up.discard(name)
            case ("EXIT", Pid() as pid, reason) if pid in self.tries:
                self._tried(self.tries.pop(pid), reason)

    def terminate(self, reason: Any) -> None:
        self.topology.strategy.close()

    def _tell(self) -> Tell:
        # Straight to this worker's own node, not through `send`: a strategy's thread belongs to
        # no process, and what it hears must neither block it nor end up on another node.
        process = self._process
        runtime = process.runtime
        return lambda name: runtime.call_soon(partial(runtime.deliver, process, ("heard", name)))

    def _poll(self) -> None:
        self.rounds += 1
        runtime, process = self._process.runtime, self._process
        try:
            found: Collection[str] = self.topology.strategy.discover()
        except Exception as error:
            found = ()
            self._warn("discovery", f"discovery failed, and will be tried again: {type(error).__name__}: {error}")
        self._offer(found)
        pause = pause_after(self.rounds, self.topology.polling_interval, self.chance())
        runtime.after(pause, partial(runtime.deliver, process, POLL))

    def _offer(self, names: Collection[str]) -> None:
        own, connected = self.mesh.self(), frozenset(self.mesh.list())
        self.offered.update(names)
        self.offered.discard(own)
        for name in sorted(self.offered & connected):
            self._came_up(name)
        for name in reconcile(names, connected, own):
            if name not in self.tries.values():
                self._try(name)

    def _try(self, name: str) -> None:
        # In a process of its own: a host that swallows packets holds up nobody but itself.
        attempt = self._process.runtime.spawn(_connect, self.mesh, name, link=self._process)
        self.tries[attempt.pid] = name

    def _tried(self, name: str, reason: object) -> None:
        if reason == "normal":
            self._came_up(name)
            return
        self.up.discard(name)
        if self.rounds > QUIET_ROUNDS:
            self._warn(name, f"unable to connect to {name}" + ("" if reason == NOCONNECTION else f": {reason}"))

    def _came_up(self, name: str) -> None:
        if name not in self.up:
            self.up.add(name)
            log.info("[cluster:%s] connected to %s", self.topology.name, name)

    def _warn(self, subject: str, text: str) -> None:
        if self.warnings.allows(subject, self._process.runtime.now()):
            log.warning("[cluster:%s] %s", self.topology.name, text)


def _connect(mesh: Mesh, name: str) -> None:
    if not mesh.connect(name):
        raise ProcessExit(NOCONNECTION)
