"""Locks over several nodes, made of one on each: the client's side of `global_`'s `set_lock` and `trans`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from math import inf
from typing import TypeVar

from .. import process
from ..errors import NodeDown, NoProcess
from ..otp.gen_server import GenServer
from ..runtime.foreign import in_process
from ..terms import Atom, split_name
from .finding import runtime_here, server_at
from .terms import check

T = TypeVar("T")
LockId = tuple[Hashable, Hashable]

ABORTED = Atom("aborted")
LONGEST_WAIT = 1.0
"""Seconds between two tries for a lock, at most."""


def set_lock(id: LockId, nodes: Sequence[str] | None = None, retries: float = inf) -> bool:
    """Take a lock on some nodes, waiting while another requester has it.

    Args:
        id: `(resource, requester)`: what is locked, and on whose behalf. Who asks for the same
            requester gets it too.
        nodes: their names; None for all that are connected and this one.
        retries: how often to try again, after 0.01 s and then ever longer, at most a second.

    Returns:
        Whether the calling process has it now. It goes by `del_lock` and with the process.

    Raises:
        TypeError: `id` is no such pair.
        ValueError: a node's name is malformed, or `retries` is below 0.
    """
    resource, requester = _lock_id(id)
    if not retries >= 0:
        raise ValueError(f"retries is how often to try again, at least 0, not {retries!r}")
    return in_process(lambda: _lock(resource, requester, _names_of(nodes), retries))


def del_lock(id: LockId, nodes: Sequence[str] | None = None) -> None:
    """Release a lock that the calling process holds. Arguments and errors: as for `set_lock`."""
    resource, requester = _lock_id(id)
    in_process(lambda: _unlock(resource, requester, _names_of(nodes)))


def trans(id: LockId, fun: Callable[[], T], nodes: Sequence[str] | None = None, retries: float = inf) -> T | Atom:
    """Call `fun()` while holding a lock. Arguments and errors: as for `set_lock`, and what `fun` raises.

    Returns:
        What `fun` returns; `"aborted"` when the lock was not to be had.

    >>> trans(("disk", "me"), lambda: 42)
    42
    """

    def hold() -> T | Atom:
        names = _names_of(nodes)  # released where it was taken, whoever has come since
        if not set_lock(id, names, retries):
            return ABORTED
        try:
            return fun()
        finally:
            del_lock(id, names)

    return in_process(hold)


def _lock(resource: Hashable, requester: Hashable, nodes: list[str], retries: float) -> bool:
    wait = 0.01
    while True:
        if _try_lock(resource, requester, nodes):
            return True
        if retries < 1:
            return False
        retries -= 1
        process.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


def _try_lock(resource: Hashable, requester: Hashable, nodes: list[str]) -> bool:
    # In the order of their names: so the first node that two of them share decides between them.
    for place, node in enumerate(nodes):
        with suppress(NodeDown, NoProcess):  # a lock on a node that is gone is nobody's
            if not GenServer.call(server_at(node), ("lock", resource, requester, process.self()), None):
                _unlock(resource, requester, nodes[:place])
                return False
    return True


def _unlock(resource: Hashable, requester: Hashable, nodes: list[str]) -> None:
    for node in nodes:
        with suppress(NodeDown, NoProcess):
            GenServer.call(server_at(node), ("unlock", resource, requester, process.self()), None)


def _lock_id(id: object) -> LockId:
    if not (isinstance(id, tuple) and len(id) == 2):
        raise TypeError(f"a lock is (resource, requester), not {id!r}")
    return check(id[0], "a resource"), check(id[1], "a requester")


def _names_of(nodes: Sequence[str] | None) -> list[str]:
    runtime = runtime_here()
    if nodes is None:
        return sorted([runtime.name, *runtime.network.nodes()])
    if isinstance(nodes, str):
        raise TypeError(f"a list of node names is needed here, not {nodes!r}")
    for node in nodes:
        split_name(node)
    return sorted(set(nodes))
