"""Who owns which name of the cluster: what one node's name server says and does. Pure.

The contract of `global_`, and how it is kept:

- A name is *claimed* by the server of the node on which its process lives, and that alone decides
  whether the claim stands. The others keep copies for `whereis`. So no loss of another node, of a
  message or of a connection can lose a name: only the owner's end, an unregister, a re-register
  and a conflict take it away.
- A claim *stands* once every peer has granted it. A peer refuses when it has a standing claim of that
  name itself; while it has one that still asks, it grants the earlier of the two at once and
  answers the later when its own is settled. Earlier is by a clock that every message moves on
  (Lamport), so all agree on the order and nobody waits in a circle. This is Ricart and Agrawala's
  mutual exclusion (1981), with the name as the resource and "refused" for who comes too late.
  Hence of nodes that are each other's peers exactly one gets a name, and no lock is needed.
- Nodes that meet tell each other first the claims that stand and then, as if just made, those that still
  ask. Two standing claims of a name are a *conflict*. The node whose name sorts first is its judge;
  the loser's node takes the claim back and tells the process, once, at that moment.

Every method takes what has happened and returns what is to be done, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from ..terms import Pid
from .acts import Act, Answer, Claim, Judge, Name, Post, Resolve, Stamp, Tell, Unwatch, Watch


@dataclass(slots=True)
class Own:
    """A claim of this node.

    Attributes:
        asks: the peers that have not granted it; None once it stands.
        later: what waits until it stands or is withdrawn; by (node, stamp), or a ticket.
    """

    claim: Claim
    resolve: Resolve | None
    asks: set[str] | None
    ticket: object
    forced: bool
    later: dict[object, Callable[[], Iterator[Act]]] = field(default_factory=dict)


class Claims:
    """The names as one node sees them.

    >>> claims = Claims("a@h", 1)
    >>> list(claims.register("db", Pid("a@h", 1, 7), None, False, "ticket"))
    [Watch(pid=<a@h.7>), Answer(ticket='ticket', value=True)]
    >>> claims.whereis("db")
    <a@h.7>
    """

    def __init__(self, node: str, creation: int) -> None:
        self.node = node
        self.creation = creation
        self.peers: set[str] = set()
        self._clock = 0
        self._own: dict[Name, Own] = {}
        self._named: dict[Pid, set[Name]] = {}
        self._others: dict[Name, dict[str, Claim]] = {}
        self._drops: dict[Stamp, tuple[set[str], object]] = {}

    # ------------------------------------------------------------------ what is asked

    def whereis(self, name: Name) -> Pid | None:
        """The owner of a name, as far as this node knows."""
        own = self._own.get(name)
        if own is not None and own.asks is None:
            return own.claim.pid
        return next((claim.pid for claim in self._others.get(name, {}).values()), None)

    def names(self) -> list[Name]:
        """The names that have an owner."""
        return list(self.standing() | self._others)

    def standing(self) -> dict[Name, Claim]:
        """The claims of this node that stand."""
        return {name: own.claim for name, own in self._own.items() if own.asks is None}

    def register(self, name: Name, pid: Pid, resolve: Resolve | None, forced: bool, ticket: object) -> Iterator[Act]:
        """Claim a name for a process of this node; `forced` takes it from whoever has it.

        The answer is whether it got it.
        """
        own = self._own.get(name)
        if own is not None and own.asks is not None:
            own.later[ticket] = partial(self.register, name, pid, resolve, forced, ticket)
            return
        if not forced and (own is not None or pid in self._named):
            yield Answer(ticket, False)
            return
        if own is not None:
            yield from self._remove(name, own)
        self._clock += 1
        claim = Claim(pid, (self._clock, self.creation))
        own = self._own[name] = Own(claim, resolve, set(self.peers), ticket, forced)
        yield from self._watch(name, pid)
        for node in sorted(self.peers):
            yield Post(node, "claim", (name, claim, forced))
        yield from self._stand_if_granted(name, own)

    def unregister(self, name: Name, ticket: object) -> Iterator[Act]:
        """Give up a name of this node. The answer comes when all peers know."""
        own = self._own.get(name)
        if own is None:
            yield Answer(ticket, False)
        elif own.asks is not None:
            own.later[ticket] = partial(self.unregister, name, ticket)
        else:
            self._drops[own.claim.stamp] = set(self.peers), ticket
            yield from self._drop(name, own)
            yield from self._dropped_everywhere(own.claim.stamp)

    def died(self, pid: Pid) -> Iterator[Act]:
        """A process of this node that was watched has ended."""
        for name in list(self._named.get(pid, ())):
            yield from self._withdraw(name, self._own[name])

    def rename(self, node: str) -> None:
        """The node has got its name, and so have its pids."""
        self.node = node
        for own in self._own.values():
            pid, stamp = own.claim
            own.claim = Claim(Pid(node, pid.creation, pid.number), stamp)

    def restart(self) -> Iterator[Act]:
        """The server is a new one: what the last one was told by others or asked them is void."""
        self.peers.clear()
        self._others.clear()
        self._drops.clear()
        for name, own in list(self._own.items()):
            if own.asks is None:
                yield Watch(own.claim.pid)
            else:
                del self._own[name]
                self._named[own.claim.pid].discard(name)

    # ------------------------------------------------------------------ what peers bring

    def meet(self, node: str) -> Iterator[Act]:
        """A peer wants to know all, and is told from now on."""
        self.peers.add(node)
        yield Post(node, "sync", (self.standing(),))
        for name, own in self._own.items():
            if own.asks is not None:
                own.asks.add(node)
                yield Post(node, "claim", (name, own.claim, own.forced))

    def lose(self, node: str) -> Iterator[Act]:
        """A peer is no more."""
        self.peers.discard(node)
        self._forget_all(node)
        for name, own in list(self._own.items()):
            own.later = {key: act for key, act in own.later.items() if not (_is_from(key, node))}
            if own.asks is not None:
                own.asks.discard(node)
                yield from self._stand_if_granted(name, own)
        for stamp, (asked, _) in list(self._drops.items()):
            asked.discard(node)
            yield from self._dropped_everywhere(stamp)

    def sync(self, node: str, claims: Mapping[Name, Claim]) -> Iterator[Act]:
        """The claims of `node` that stand."""
        self._forget_all(node)
        for name, claim in claims.items():
            self._clock = max(self._clock, claim.stamp[0])
            self._others.setdefault(name, {})[node] = claim
            own = self._own.get(name)
            if own is not None and own.asks is None and self.node < node:
                if own.resolve is None:
                    yield Post(node, "yield", (name, claim.stamp))
                else:
                    yield Judge(name, own.claim, node, claim, own.resolve)

    def claim(self, node: str, name: Name, claim: Claim, forced: bool) -> Iterator[Act]:
        """`node` asks for a name."""
        self._clock = max(self._clock, claim.stamp[0])
        own = self._own.get(name)
        if own is not None and own.asks is not None and own.claim.stamp < claim.stamp:
            self._forget(node, name)  # whatever it had: it asks anew
            own.later[node, claim.stamp] = partial(self.claim, node, name, claim, forced)
            return
        if own is not None and own.asks is None:
            if not forced:
                yield Post(node, "refuse", (claim.stamp, name))
                return
            yield from self._drop(name, own)
        others = self._others.get(name, {})
        # A forced one is seen at once. The others stay on record: their nodes take them back, if they hear of it.
        first = {node: claim} if forced else {}
        self._others[name] = {**first, **others, node: claim}
        yield Post(node, "grant", (claim.stamp, name))

    def grant(self, node: str, stamp: Stamp, name: Name) -> Iterator[Act]:
        """`node` agrees to our claim, or has heard that it is dropped."""
        own = self._own.get(name)
        if own is not None and own.asks is not None and own.claim.stamp == stamp:
            own.asks.discard(node)
            yield from self._stand_if_granted(name, own)
        elif stamp in self._drops:
            self._drops[stamp][0].discard(node)
            yield from self._dropped_everywhere(stamp)

    def refuse(self, node: str, stamp: Stamp, name: Name) -> Iterator[Act]:
        """`node` has a claim that stands."""
        own = self._own.get(name)
        if own is not None and own.asks is not None and own.claim.stamp == stamp:
            yield from self._withdraw(name, own)

    def drop(self, node: str, name: Name, stamp: Stamp) -> Iterator[Act]:
        """`node` has given up a claim."""
        own = self._own.get(name)
        if own is not None:
            own.later.pop((node, stamp), None)
        self._forget(node, name, stamp)
        yield Post(node, "grant", (stamp, name))

    def yield_(self, node: str, name: Name, stamp: Stamp) -> Iterator[Act]:
        """`node` was the judge, and our claim has lost."""
        own = self._own.get(name)
        if own is not None and own.claim.stamp == stamp:
            yield Tell(own.claim.pid, name)
            yield from self._withdraw(name, own)

    def verdict(self, case: Judge, winner: object) -> Iterator[Act]:
        """Carry out what a `resolve` has decided, unless one of the claims is gone."""
        name, ours, node, theirs, _ = case
        own = self._own.get(name)
        if own is None or own.claim.stamp != ours.stamp or self._others.get(name, {}).get(node) != theirs:
            return
        if winner != theirs.pid:
            yield Post(node, "yield", (name, theirs.stamp))
        if winner != ours.pid:
            yield Tell(own.claim.pid, name)
            yield from self._withdraw(name, own)

    # ------------------------------------------------------------------ steps

    def _stand_if_granted(self, name: Name, own: Own) -> Iterator[Act]:
        if not own.asks and self._own.get(name) is own:
            own.asks = None
            yield Answer(own.ticket, True)
            yield from self._go_on(own)

    def _withdraw(self, name: Name, own: Own) -> Iterator[Act]:
        """Give up a claim; if it still asks, its registrant has not got the name."""
        if own.asks is not None:
            yield Answer(own.ticket, False)
        yield from self._drop(name, own)

    def _drop(self, name: Name, own: Own) -> Iterator[Act]:
        yield from self._remove(name, own)
        for node in sorted(self.peers):
            yield Post(node, "drop", (name, own.claim.stamp))
        yield from self._go_on(own)

    def _remove(self, name: Name, own: Own) -> Iterator[Act]:
        pid = own.claim.pid
        del self._own[name]
        self._named[pid].discard(name)
        if not self._named[pid]:
            del self._named[pid]
            yield Unwatch(pid)

    def _watch(self, name: Name, pid: Pid) -> Iterator[Act]:
        if pid not in self._named:
            yield Watch(pid)
        self._named.setdefault(pid, set()).add(name)

    def _go_on(self, own: Own) -> Iterator[Act]:
        later, own.later = own.later, {}
        for act in later.values():
            yield from act()

    def _dropped_everywhere(self, stamp: Stamp) -> Iterator[Act]:
        asked, ticket = self._drops[stamp]
        if not asked:
            del self._drops[stamp]
            yield Answer(ticket, True)

    def _forget_all(self, node: str) -> None:
        for name in list(self._others):
            self._forget(node, name)

    def _forget(self, node: str, name: Name, stamp: Stamp | None = None) -> None:
        claims = self._others.get(name, {})
        if node in claims and stamp in (None, claims[node].stamp):
            del claims[node]
            if not claims:
                del self._others[name]


def _is_from(key: object, node: str) -> bool:
    return isinstance(key, tuple) and key[0] == node
