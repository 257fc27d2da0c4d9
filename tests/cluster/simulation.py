"""A node's neighbourhood, made up: for the tests of discovery."""

from __future__ import annotations

from collections.abc import Callable

from pybeam import Pid, process
from pybeam.cluster import Group, Mesh
from pybeam.cluster.udp import Receive
from pybeam.testing.world import SimNode, World

OWN = "a@host"
Names = list[str]


class SimMesh(Mesh):
    """The nodes around `a@host`: those that answer, those that swallow what is sent to them.

    Attributes:
        answering: who can be connected to.
        silent: to whom an attempt takes ten seconds and fails.
        hidden: those of the answering that `list` leaves out and nobody announces.
        attempts: whom it was asked to connect to, in order.
    """

    def __init__(self, node: SimNode) -> None:
        self._node = node
        self.answering: set[str] = set()
        self.silent: set[str] = set()
        self.hidden: set[str] = set()
        self.connected: set[str] = set()
        self.attempts: Names = []
        self._watchers: set[Pid] = set()

    def self(self) -> str:
        return OWN

    def list(self) -> frozenset[str]:
        return frozenset(self.connected - self.hidden)

    def monitor_nodes(self, flag: bool = True) -> None:
        self._watchers.add(process.self())

    def connect(self, name: str) -> bool:
        self.attempts.append(name)
        if name in self.silent:
            process.sleep(10.0)
        if name in self.answering:
            self.comes_up(name)
        return name in self.answering

    def comes_up(self, name: str) -> None:
        """A session with `name` begins, whoever began it."""
        self.answering.add(name)
        if name not in self.connected:
            self.connected.add(name)
            self._announce("nodeup", name)

    def goes_down(self, name: str, answering: bool = False) -> None:
        """The session with `name` ends."""
        if not answering:
            self.answering.discard(name)
        self.connected.discard(name)
        self._announce("nodedown", name)

    def _announce(self, event: str, name: str) -> None:
        if name not in self.hidden:
            for watcher in self._watchers:
                self._node.spawn(process.send, watcher, (event, name))


class Neighbourhood:
    """One node on virtual time, and its mesh."""

    def __init__(self) -> None:
        self.world = World()
        self.node = self.world.node(OWN)
        self.mesh = SimMesh(self.node)


class Ether:
    """A multicast group without a network: everybody in it hears everything at once."""

    def __init__(self) -> None:
        self.members: list[Receive] = []
        self.sent: list[bytes] = []
        self.broken = False

    def join(self, group: Group, receive: Receive) -> EtherChannel:
        self.members.append(receive)
        return EtherChannel(self, lambda: self.members.remove(receive))

    def send(self, datagram: bytes) -> None:
        if self.broken:
            raise OSError("network is unreachable")
        self.sent.append(datagram)
        for receive in list(self.members):
            receive(datagram)


class EtherChannel:
    """One member's place in an `Ether`."""

    def __init__(self, ether: Ether, leave: Callable[[], None]) -> None:
        self.send = ether.send
        self._leave = leave
        self._closed = False

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._leave()
