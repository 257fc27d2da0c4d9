"""The cache as its users see it: from a key to its node, and one call to the cache there.

Every node plays the same part; all of this works from any of them, and from a node that runs no
cache, such as the prompt's. And all of it means the same wherever the key belongs: values are
copies, of what was put and of what is kept.
"""

from __future__ import annotations

import pickle
from typing import Any

from pybeam import GenServer, node

from .cluster import node_of
from .keys import PLAIN, check, pickled
from .server import NAME


def get(k: object) -> Any:
    """A copy of the value of `k`, or None where it has none.

    Args:
        k: anything hashable and picklable that `phash2` takes. Two keys are one when they are
            to Erlang: see `apothik.keys`.

    Raises:
        TypeError: `k` is no such key; nothing was sent.
        NodeDown, NoProcess, ServerDied, CallTimeout: as for `GenServer.call`.
    """
    owner = _owner(k)
    return _by_value(GenServer.call((NAME, owner), ("get", k)), owner)


def put(k: object, v: object) -> Any:
    """Give `k` a copy of `v` for its value.

    Returns:
        `"ok"`.

    Raises:
        TypeError: `k` is no key; nothing was sent, nothing is stored.
        Exception: what pickling `v` raised; likewise. For a key of this node, also
            what unpickling it raised.
        NodeDown, NoProcess: nothing is stored.
        ServerDied, CallTimeout: whether it is stored is unknown.
    """
    return GenServer.call(*addressed(k, v))


def delete(k: object) -> Any:
    """Forget `k`, whether it is there or not. Returns and raises as `put`."""
    return GenServer.call((NAME, _owner(k)), ("delete", k))


def stats() -> Any:
    """The number of entries on this node.

    Raises:
        NoProcess: this node runs no cache.
    """
    return GenServer.call(NAME, "stats")


def addressed(k: object, v: object) -> tuple[tuple[str, str], tuple[str, object, object]]:
    """The call by which `k` gets the value `v`: to which server, and its request.

    Raises:
        TypeError, Exception: as `put`, where nothing was sent.
    """
    owner = _owner(k)
    return (NAME, owner), ("put", k, _by_value(v, owner))


def _owner(key: object) -> str:
    owner = node_of(key)
    check(key)
    return owner


def _by_value(value: object, owner: str) -> object:
    # The wire copies, but on one node a list that was put would go on changing with the caller's.
    return value if type(value) in PLAIN or owner != node.self() else pickle.loads(pickled(value))
