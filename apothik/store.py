"""The entries of one node: a request in, a reply out. Pure: it knows no process and no node."""

from __future__ import annotations

from collections.abc import Hashable

from pybeam.shown import shown

from .keys import identity

Store = dict[Hashable, object]
"""Values by the identity of their keys."""


class BadRequest(ValueError):
    """The cache knows no such request."""


def step(store: Store, request: object) -> tuple[Store, object]:
    """Carry out one request.

    Args:
        store: is taken over; the caller goes on with the one that is returned.
        request: `("get", key)`, `("put", key, value)`, `("delete", key)` or `"stats"`.

    Returns:
        The store after it, and the reply: the value or None; `"ok"`; `"ok"`; the number of
        entries.

    Raises:
        TypeError: the key cannot be one. The store is as it was.
        BadRequest: the request is none of these. The store is as it was.

    >>> store, reply = step({}, ("put", 1, "one"))
    >>> step(store, ("get", 1))[1], step(store, ("get", 1.0))[1], step(store, "stats")[1]
    ('one', None, 1)
    """
    match request:
        case ("get", key):
            return store, store.get(identity(key))
        case ("put", key, value):
            store[identity(key)] = value
            return store, "ok"
        case ("delete", key):
            store.pop(identity(key), None)
            return store, "ok"
        case "stats":
            return store, len(store)
    raise BadRequest(f"the cache knows no request {shown(request, 200)}")
