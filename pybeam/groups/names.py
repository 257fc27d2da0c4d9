"""The name server of one node: carries out what `claims` decides, and keeps this node's locks."""

from __future__ import annotations

import logging
from typing import Any

from .. import process
from ..errors import traceback_of
from ..otp.directives import NoReply
from ..otp.gen_server import GenServer
from ..runtime.signals import From
from ..terms import Pid, Ref
from .acts import Act, Answer, Judge, Post, Tell, Unwatch, Watch
from .claims import Claims
from .locks import Locks
from .peers import Replica

log = logging.getLogger("pybeam.global")

SERVER = "global_name_server"
CONFLICT = "global_name_conflict"


class Verdict:
    """What a `resolve` has decided: told to the server by the process that asked it."""

    __slots__ = ("case", "winner")

    def __init__(self, case: Judge, winner: object) -> None:
        self.case = case
        self.winner = winner


class NameServer(Replica):
    """The server, started under the name `SERVER`.

    Args:
        claims: what it begins with. After a crash of the server the next one is given the same, and
            goes on with the names of its own node.
    """

    def init(self, claims: Claims) -> None:
        self._claims = claims
        self._locks = Locks()
        self._watched: dict[Pid, Ref] = {}
        self._holders: dict[Pid, Ref] = {}
        self._act(claims.restart())
        super().init()

    @property
    def claims(self) -> Claims:
        """The names. They are only to be read."""
        name = self._process.runtime.name
        if name != self._claims.node:  # the node was nameless when some of these were registered
            self._claims.rename(name)
        return self._claims

    def handle_call(self, request: Any, from_: From) -> object:
        match request:
            case ("register", name, Pid() as pid, resolve, bool(forced)):
                self._act(self.claims.register(name, pid, resolve, forced, from_))
            case ("unregister", name):
                self._act(self.claims.unregister(name, from_))
            case ("lock", resource, requester, Pid() as pid):
                return self._lock(resource, requester, pid)
            case ("unlock", resource, requester, Pid() as pid):
                self._unlock(resource, requester, pid)
                return None
            case _:
                return super().handle_call(request, from_)
        return NoReply()

    def handle_cast(self, message: Any) -> object:
        if not isinstance(message, Verdict):
            return super().handle_cast(message)
        self._act(self.claims.verdict(message.case, message.winner))
        return None

    def greet(self, node: str) -> None:
        self._act(self.claims.meet(node))

    def hear(self, node: str, kind: str, *facts: Any) -> None:
        claims = self.claims
        match (kind, *facts):
            case ("sync", dict(standing)):
                self._act(claims.sync(node, standing))
            case ("claim", name, claim, bool(forced)):
                self._act(claims.claim(node, name, claim, forced))
            case ("grant", stamp, name):
                self._act(claims.grant(node, stamp, name))
            case ("refuse", stamp, name):
                self._act(claims.refuse(node, stamp, name))
            case ("drop", name, stamp):
                self._act(claims.drop(node, name, stamp))
            case ("yield", name, stamp):
                self._act(claims.yield_(node, name, stamp))

    def lose(self, node: str) -> None:
        self._act(self.claims.lose(node))

    def ended(self, ref: Ref, pid: Pid) -> None:
        if self._watched.get(pid) == ref:
            del self._watched[pid]
            self._act(self.claims.died(pid))
        elif self._holders.get(pid) == ref:
            del self._holders[pid]
            self._locks.release_all(pid)

    def _act(self, acts: Any) -> None:
        for act in list(acts):  # all that is decided first: sending may have to wait
            self._carry_out(act)

    def _carry_out(self, act: Act) -> None:
        match act:
            case Post(node, kind, facts):
                self.tell(node, kind, *facts)
            case Answer(ticket, value):
                GenServer.reply(ticket, value)  # type: ignore[arg-type]  # tickets are what `register` was given
            case Watch(pid):
                self._watched[pid] = process.monitor(pid)
            case Unwatch(pid):
                if pid in self._watched:
                    process.demonitor(self._watched.pop(pid), flush=True)
            case Tell(pid, name):
                log.info("%r has lost the name %r in a conflict", pid, name)
                process.send(pid, (CONFLICT, name))
            case Judge():
                process.spawn(_judge, self._process.pid, act)

    def _lock(self, resource: Any, requester: Any, pid: Pid) -> bool:
        taken = self._locks.take(resource, requester, pid)
        if taken and pid not in self._holders:
            self._holders[pid] = process.monitor(pid)
        return taken

    def _unlock(self, resource: Any, requester: Any, pid: Pid) -> None:
        self._locks.release(resource, requester, pid)
        if pid in self._holders and not self._locks.is_holder(pid):
            process.demonitor(self._holders.pop(pid), flush=True)


def _judge(server: Pid, case: Judge) -> None:
    """Ask a user's `resolve`, in a process of its own: it may take its time, and may raise."""
    name, ours, _, theirs, resolve = case
    try:
        winner = resolve(name, ours.pid, theirs.pid)
    except Exception as error:
        log.error("the resolve of the name %r raised; %r keeps it:\n%s", name, ours.pid, traceback_of(error))
        winner = ours.pid
    GenServer.cast(server, Verdict(case, winner))
