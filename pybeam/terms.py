"""The values that name things and travel between nodes: atoms, pids and references.

All are immutable, hashable and small on the wire. Nothing here knows a node or a process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

MAX_NAME = 255
"""Bytes of a node's name."""

MAX_NUMBER = (1 << 63) - 1
"""The highest number that a process can have."""

_SHORT = re.compile(r"[A-Za-z0-9_.-]+")
_HOST = re.compile(r"[A-Za-z0-9_.:%\[\]-]+")

NONODE = "nonode@nohost"
"""The name of a node that has not been started, as in Erlang."""


class Atom(str):
    """A name that stands for itself; equal to the `str` of the same letters.

    Only `phash2` tells the two apart: it hashes a `str` as a binary, an `Atom` as an atom.

    >>> Atom("ok") == "ok"
    True
    >>> Atom("ok")
    Atom('ok')
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Atom({str.__repr__(self)})"

    def __reduce__(self) -> tuple[type[Atom], tuple[str]]:
        return Atom, (str(self),)


@dataclass(frozen=True, slots=True, init=False)
class _Identity:
    """The fields of pids and references, compared without the node's name."""

    node: str = field(compare=False)  # it changes when a nameless node gets its name
    creation: int
    number: int

    def __init__(self, node: str, creation: int, number: int) -> None:
        # Each process has a pid, and the `__init__` that `dataclass` makes takes half as long again.
        _set_node(self, node)
        _set_creation(self, creation)
        _set_number(self, number)

    def __reduce__(self) -> tuple[type[_Identity], tuple[str, int, int]]:
        return self.__class__, (self.node, self.creation, self.number)


_set_node, _set_creation, _set_number = (vars(_Identity)[name].__set__ for name in ("node", "creation", "number"))


class Pid(_Identity):
    """The identity of one process of one incarnation of one node.

    Args:
        node: the node's name.
        creation: 64 random bits that the node drew when it started; a restarted node of
            the same name has another, so a pid of the old one never means a new process.
        number: counts up from 1 on its node, never reused.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{self.node}.{self.number}>"


class Ref(_Identity):
    """A unique reference: names a monitor, a timer or an open call. `node`, `creation` and `number` as for a `Pid`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"#Ref<{self.node}.{self.number}>"


def split_name(name: object) -> tuple[str, str]:
    """Split a node's name into its two halves.

    Args:
        name: `"name@host"`; each half non-empty, letters of a name `[A-Za-z0-9_-]`
            (dots too), at most 255 bytes in all.

    Returns:
        The part before the `@` and the host.

    Raises:
        ValueError: the name is malformed; the text says how.

    >>> split_name("apothik_1@127.0.0.1")
    ('apothik_1', '127.0.0.1')
    """
    if not isinstance(name, str):
        raise ValueError(f"a node's name is a str like 'name@host', not {name!r}")
    return _split(name)


@lru_cache(maxsize=4096)  # every message to (name, node) asks, and checking takes as long as sending
def _split(name: str) -> tuple[str, str]:
    short, at, host = name.partition("@")
    if not at or not short or not host or "@" in host:
        raise ValueError(f"bad node name {name!r}: write it as 'name@host'")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME:
        raise ValueError(f"bad node name {name[:40]!r}...: longer than {MAX_NAME} bytes")
    if _SHORT.fullmatch(short) is None:
        raise ValueError(f"bad node name {name!r}: before the '@' only letters, digits, '_', '-' and '.'")
    if _HOST.fullmatch(host) is None:
        raise ValueError(f"bad node name {name!r}: the host after the '@' has a character that no host has")
    return short, host
