"""A server of which every node runs one: it finds its peers on the others, and misses those that are lost.

How they meet is the protocol of OTP's `pg`. Whoever starts or hears of a new node asks for its peer
with "discover"; who is asked answers with "sync", all that it has to say of its own node, and counts
the asker as a peer from then on: it tells it of every change. An asker that has just been started
is asked in return, as it has missed what it was asked before. A peer is lost when its monitor says so.

Two facts follow, since signals keep their order. A peer's "discover" comes before anything else
from it. And who is not yet a peer here, though we are one there, has its "sync" on the way to us:
what it says before that is not needed.
"""

from __future__ import annotations

import logging
from typing import Any

from .. import process
from ..terms import Pid, Ref
from .serving import Readable

log = logging.getLogger("pybeam.groups")


class Replica(Readable):
    """Subclass it and write `greet`, `hear` and `lose`. It must be started under a name, the same on each node.

    Attributes:
        peers: the peer on each other node, and our monitor of it.
    """

    peers: dict[str, tuple[Pid, Ref]]

    def init(self, *args: Any) -> None:
        self.peers = {}
        runtime = self._process.runtime
        runtime.watchers[self._process] = 1
        for node in runtime.network.nodes():
            self._seek(node, is_new=True)
        self.is_ready = True

    def greet(self, node: str) -> None:
        """`node` has a peer and wants to know all: `tell` it."""
        raise NotImplementedError

    def hear(self, node: str, kind: str, *facts: Any) -> None:
        """The peer on `node` has told us something."""
        raise NotImplementedError

    def lose(self, node: str) -> None:
        """The peer on `node` is no more, or cannot be reached."""
        raise NotImplementedError

    def ended(self, ref: Ref, pid: Pid) -> None:
        """A monitor other than of a peer has fired."""

    def tell(self, node: str, kind: str, *facts: Any) -> None:
        """Tell the peer on `node` something: it will `hear` of it. Without a peer there: nobody."""
        if node in self.peers:
            process.send(self.peers[node][0], (kind, self._process.pid, *facts))

    def tell_all(self, kind: str, *facts: Any) -> None:
        """Tell every peer."""
        for node in list(self.peers):
            self.tell(node, kind, *facts)

    def handle_info(self, message: Any) -> None:
        match message:
            case ("nodeup", str(node)):
                self._seek(node)
            case ("nodedown", str()):
                pass  # its peer's DOWN has said so
            case ("DOWN", Ref() as ref, "process", Pid() as pid, _):
                self._miss(ref, pid)
            case ("discover", Pid() as peer, bool(is_new)):
                self._meet(peer, is_new)
            case (str(kind), Pid() as peer, *facts):
                if self.peers.get(peer.node, (None,))[0] == peer:
                    self.hear(peer.node, kind, *facts)
            case _:
                log.warning("%r got a message that means nothing to it: %r", self._process, message)

    def _seek(self, node: str, is_new: bool = False) -> None:
        assert self._process.name is not None
        process.send((self._process.name, node), ("discover", self._process.pid, is_new))

    def _meet(self, peer: Pid, is_new: bool) -> None:
        node = peer.node
        known = self.peers.get(node)
        if known is None or known[0] != peer:
            if known is not None:
                process.demonitor(known[1], flush=True)
                del self.peers[node]
                self.lose(node)
            self.peers[node] = peer, process.monitor(peer)
        if is_new:
            self._seek(node)
        self.greet(node)

    def _miss(self, ref: Ref, pid: Pid) -> None:
        if self.peers.get(pid.node, (None, None))[1] == ref:
            del self.peers[pid.node]
            self.lose(pid.node)
        else:
            self.ended(ref, pid)
