"""Name servers without nodes: `Claims` of several, and queues between them that a test serves in any order.

Between two nodes a session is up or not. What is sent in it arrives in order; at its end a suffix is lost,
and each side hears of the end after what did arrive, and of the next session after that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from pybeam.groups.acts import Act, Answer, Judge, Post, Resolve, Tell, Unwatch, Watch
from pybeam.groups.claims import Claims
from pybeam.terms import Pid

LOST = ("lost",)


class Server:
    """One node's name server.

    Attributes:
        life: counts up when the server is restarted, as its pid would change.
        peers: the lives of those it has met.
        watched: processes whose end it will hear of.
        ended: those ends that it has not heard of yet.
    """

    def __init__(self, name: str, creation: int) -> None:
        self.name = name
        self.creation = creation
        self.claims = Claims(name, creation)
        self.life = 1
        self.peers: dict[str, int] = {}
        self.watched: set[Pid] = set()
        self.ended: deque[Pid] = deque()


class Servers:
    """Several of them, connected by nobody yet.

    Attributes:
        requests: how many were made.
        answers: of each request, by its number.
        told: the losers, in order.
    """

    def __init__(self, random: Random, names: Iterable[str]) -> None:
        self.random = random
        self._creations = 0
        self.servers = {name: self._new(name) for name in names}
        self.queues: dict[tuple[str, str], deque[Any]] = {}
        self.sessions: set[frozenset[str]] = set()
        self.answers: dict[int, bool] = {}
        self.told: list[tuple[Pid, object]] = []
        self.requests = 0

    def _new(self, name: str) -> Server:
        self._creations += 1
        return Server(name, self._creations)

    # ------------------------------------------------------------------ what a test does

    def register(self, at: str, name: str, *, forced: bool = False, resolve: Resolve | None = None) -> Pid:
        """A new process of `at` registers; its request has the number of its pid."""
        self.requests += 1
        server = self.servers[at]
        pid = Pid(at, server.creation, self.requests)
        self._act(server, server.claims.register(name, pid, resolve, forced, self.requests))
        return pid

    def unregister(self, at: str, name: str) -> int:
        self.requests += 1
        self._act(self.servers[at], self.servers[at].claims.unregister(name, self.requests))
        return self.requests

    def end(self, pid: Pid) -> None:
        """A process ends; its server hears of it if it watches, in its time."""
        server = self.servers[pid.node]
        if pid in server.watched:
            server.watched.discard(pid)
            server.ended.append(pid)

    def connect(self, a: str, b: str) -> None:
        if frozenset((a, b)) not in self.sessions:
            self.sessions.add(frozenset((a, b)))
            for one, other in ((a, b), (b, a)):
                self._queue(other, one).append(("up",))

    def cut(self, a: str, b: str) -> None:
        if frozenset((a, b)) in self.sessions:
            self.sessions.discard(frozenset((a, b)))
            for one, other in ((a, b), (b, a)):
                queue = self._queue(one, other)
                arrived = [LOST] if LOST in queue else []
                kept = self.random.randint(len(queue) if arrived else 0, len(queue))
                while len(queue) > kept:
                    queue.pop()
                queue.append(LOST)

    def restart_server(self, at: str) -> None:
        """The server crashes; the next one goes on with its claims. Who waits for an answer gets none."""
        server = self.servers[at]
        for other in self.servers:
            self._queue(other, at).clear()
            if frozenset((at, other)) in self.sessions:
                self._queue(at, other).append(LOST)
        server.life += 1
        server.peers.clear()
        server.watched.clear()
        self._act(server, server.claims.restart())
        for other in self.servers:
            if frozenset((at, other)) in self.sessions:
                self._send(at, other, ("discover", server.life, True))

    def mesh(self) -> None:
        """Connect all, and let everything arrive."""
        for a in self.servers:
            for b in self.servers:
                if a < b:
                    self.connect(a, b)
        self.settle()

    def settle(self) -> None:
        while self.step():
            pass

    def step(self) -> bool:
        """One server takes one thing; whether there was any."""
        ready = [place for place, queue in self.queues.items() if queue]
        dying = [server for server in self.servers.values() if server.ended]
        if not ready and not dying:
            return False
        choices: list[Server | tuple[str, str]] = [*ready, *dying]
        choice = self.random.choice(choices)
        if isinstance(choice, Server):
            self._act(choice, choice.claims.died(choice.ended.popleft()))
        else:
            self._take(self.servers[choice[1]], choice[0], self.queues[choice].popleft())
        return True

    # ------------------------------------------------------------------ what it looks at

    def owners(self, name: str) -> list[Pid]:
        """The processes whose claims stand."""
        return [s.claims.standing()[name].pid for s in self.servers.values() if name in s.claims.standing()]

    def seen(self, name: str) -> set[Pid | None]:
        """Whom the nodes take for the owner."""
        return {server.claims.whereis(name) for server in self.servers.values()}

    # ------------------------------------------------------------------ the works

    def _queue(self, source: str, target: str) -> deque[Any]:
        return self.queues.setdefault((source, target), deque())

    def _send(self, source: str, target: str, message: Any) -> None:
        if frozenset((source, target)) in self.sessions:
            self._queue(source, target).append(message)

    def _take(self, server: Server, source: str, message: Any) -> None:
        """As `Replica` does."""
        claims = server.claims
        match message:
            case ("up",):
                self._send(server.name, source, ("discover", server.life, False))
            case ("lost",):
                if source in server.peers:
                    del server.peers[source]
                    self._act(server, claims.lose(source))
            case ("discover", life, is_new):
                server.peers[source] = life
                if is_new:
                    self._send(server.name, source, ("discover", server.life, False))
                self._act(server, claims.meet(source))
            case ("tell", life, to, kind, facts) if (server.peers.get(source), server.life) == (life, to):
                hear: Callable[..., Iterator[Act]] = getattr(claims, "yield_" if kind == "yield" else kind)
                self._act(server, hear(source, *facts))

    def _act(self, server: Server, acts: Iterator[Act]) -> None:
        for act in list(acts):
            match act:
                case Post(node, kind, facts):
                    assert node in server.peers
                    self._send(server.name, node, ("tell", server.life, server.peers[node], kind, facts))
                case Answer(int(number), value):
                    assert number not in self.answers, "answered twice"
                    self.answers[number] = value
                case Watch(pid):
                    server.watched.add(pid)
                case Unwatch(pid):
                    server.watched.discard(pid)
                case Tell(pid, name):
                    self.told.append((pid, name))
                case Judge(name, ours, _, theirs, resolve):
                    self._act(server, server.claims.verdict(act, resolve(name, ours.pid, theirs.pid)))
