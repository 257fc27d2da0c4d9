"""The cache as its users see it: from a key to its node, and one call to the cache there.

Every node plays the same part; all of this works from any of them, and from a node that runs no
cache, such as the prompt's.
"""

from __future__ import annotations

from typing import Any

from pybeam import GenServer

from .cluster import node_of
from .keys import check
from .server import NAME


def get(k: object) -> Any:
    """The value of `k`, or None where it has none.

    Args:
        k: anything hashable and picklable that `phash2` takes. Two keys are one when they are
            to Erlang: see `apothik.keys`.

    Raises:
        TypeError: `k` is no such key; nothing was sent.
        NodeDown, NoProcess, ServerDied, CallTimeout: as for `GenServer.call`.
    """
    return _ask(k, ("get", k))


def put(k: object, v: object) -> Any:
    """Give `k` the value `v`.

    Returns:
        `"ok"`.

    Raises:
        TypeError: `k` is no key; nothing was sent, nothing is stored.
        Exception: what pickling `v` raised; likewise.
        NodeDown, NoProcess: nothing is stored.
        ServerDied, CallTimeout: whether it is stored is unknown.
    """
    return _ask(k, ("put", k, v))


def delete(k: object) -> Any:
    """Forget `k`, whether it is there or not. Returns and raises as `put`."""
    return _ask(k, ("delete", k))


def stats() -> Any:
    """The number of entries on this node.

    Raises:
        NoProcess: this node runs no cache.
    """
    return GenServer.call(NAME, "stats")


def _ask(key: object, request: tuple[object, ...]) -> Any:
    node = node_of(key)
    check(key)
    return GenServer.call((NAME, node), request)
