"""What can be the name of a group, of a process in the cluster or of a lock: a value that every node can read.

Such names travel in one message with many others. One of a class that another node lacks would
make that whole message unreadable there, so only plain values are taken.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeGuard

from ..terms import Pid, Ref

PLAIN = (str, int, float, bytes, bool, type(None), Pid, Ref)


def check(value: object, what: str) -> Hashable:
    """`value`, which can be the name of a group or the like.

    Args:
        what: says in the error's text what it was to be.

    Raises:
        TypeError: it cannot: it is unhashable, or no plain value.

    >>> check(("room", 7), "a group")
    ('room', 7)
    >>> check(["room", 7], "a group")
    Traceback (most recent call last):
    TypeError: a group is a str, a number, bytes, a Pid or a tuple of these, not ['room', 7]
    """
    if not _is_plain(value):
        raise TypeError(f"{what} is a str, a number, bytes, a Pid or a tuple of these, not {value!r}")
    return value


def _is_plain(value: object) -> TypeGuard[Hashable]:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return isinstance(value, PLAIN) and type(value).__module__ in ("builtins", "pybeam.terms")


def check_pid(value: object) -> Pid:
    """`value`, which is a pid.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, Pid):
        raise TypeError(f"a Pid is needed here, not {value!r}")
    return value
