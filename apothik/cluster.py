"""Which nodes are in, and which of them has a key. Knows names only; it calls nobody."""

from __future__ import annotations

from functools import cache

from .routers.modulo import Modulo
from .routers.router import Router
from .settings import settings


def node_name(i: int) -> str:
    """The name of node `i`, counted from 1."""
    return settings().name(i)


def node_list() -> list[str]:
    """The nodes that share the keys, whether they are up or not."""
    return list(settings().names)


@cache
def router() -> Router:
    """What spreads the keys."""
    return Modulo(settings().names)


def node_of(key: object) -> str:
    """The node that has `key`.

    Raises:
        TypeError: `key` has no Erlang counterpart.

    >>> node_of("toto")
    'apothik_4@127.0.0.1'
    """
    return router().node_of(key)
