"""Values as text for people, in a bounded length and a bounded time.

A log line about a message must not make a text of all its 60 MB: that holds the node up for a second
and fills a disk. Containers and dataclasses are shown by their first parts; of what writes its own
`__repr__` the result is cut, since nobody knows before how long it is going to be.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import islice

LIMIT = 1000
"""Characters, where nobody says otherwise."""

PARTS = 8
"""Parts of a container that are shown."""

DEPTH = 4
"""How many containers deep."""

MAX_BITS = 4096
"""An int of more is shown by its size: to write it in decimals takes quadratic time."""

_BRACKETS: dict[type, Sequence[str]] = {
    list: "[]",
    tuple: "()",
    set: "{}",
    frozenset: ("frozenset({", "})"),
    deque: ("deque([", "])"),
}


def shown(value: object, limit: int = LIMIT) -> str:
    """The `repr` of a value, or as much of it as `limit` characters hold. Never raises.

    Args:
        value: anything, however large, and even if its own `__repr__` raises.
        limit: characters.

    >>> shown({"key": [1, 2, 3]})
    "{'key': [1, 2, 3]}"
    >>> shown(b"x" * 60_000_000, limit=40)
    "b'xxxxxxxxxxxxxx... (60000000 in all)"
    >>> shown([*range(1_000_000)])
    '[0, 1, 2, 3, 4, 5, 6, 7, ... (1000000 in all)]'
    """
    return cut(_shown(value, limit, DEPTH), limit)


def cut(text: str, limit: int) -> str:
    """A text, or its beginning and its end where it is longer than `limit` characters.

    >>> cut("a long traceback, and then the error", 20)
    'a long t...the error'
    """
    if len(text) <= limit:
        return text
    kept = max(0, limit - 3)
    return f"{text[: kept // 2]}...{text[len(text) - (kept + 1) // 2 :]}"


def _shown(value: object, limit: int, depth: int) -> str:
    try:
        return _text(value, limit, depth)
    except BaseException as error:
        return f"<{type(value).__qualname__}, whose repr raises {type(error).__qualname__}>"


def _text(value: object, limit: int, depth: int) -> str:
    kind = type(value)
    if isinstance(value, (str, bytes, bytearray)) and len(value) > limit // 2:
        return f"{value[: max(1, limit // 2 - 5)]!r}"[:-1] + f"... ({len(value)} in all)"
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return f"<an int of {value.bit_length()} bits>"
    if isinstance(value, dict) and kind.__repr__ is dict.__repr__:
        return "{" + _joined(_pairs(value, limit // 2, depth), len(value), depth) + "}"
    if isinstance(value, (list, tuple, set, frozenset, deque)) and value and kind in _BRACKETS:
        opening, closing = _BRACKETS[kind]
        parts = (_shown(part, limit // 2, depth - 1) for part in value)
        return (
            opening + _joined(parts, len(value), depth) + ("," if kind is tuple and len(value) == 1 else "") + closing
        )
    if (named := _fields_of(value)) is not None:
        parts = (name + _shown(part, limit // 2, depth - 1) for name, part in named)
        return f"{kind.__qualname__}({_joined(parts, len(named), depth)})"
    return repr(value)


def _pairs(value: dict[object, object], limit: int, depth: int) -> Iterator[str]:
    for key, part in value.items():
        yield f"{_shown(key, limit, depth - 1)}: {_shown(part, limit, depth - 1)}"


def _joined(parts: Iterable[str], count: int, depth: int) -> str:
    if depth <= 0 and count:
        return "..."
    more = [f"... ({count} in all)"] if count > PARTS else []
    return ", ".join([*islice(parts, PARTS), *more])


def _fields_of(value: object) -> list[tuple[str, object]] | None:
    """The fields of what would write them all out: a dataclass, a NamedTuple, an exception."""
    kind = type(value)
    # The `__repr__` that `dataclass` makes is wrapped, against recursion; one that somebody wrote is not.
    if is_dataclass(value) and hasattr(kind.__repr__, "__wrapped__"):
        return [(f"{field.name}=", getattr(value, field.name)) for field in fields(value) if field.repr]
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return [(f"{name}=", part) for name, part in zip(kind._fields, value, strict=False)]
    if isinstance(value, BaseException) and kind.__repr__ is BaseException.__repr__:
        return [("", part) for part in value.args]
    return None
