"""What is a key, and when two keys are one.

Erlang's `=:=` decides. `1`, `1.0` and `True` are three keys, though a Python dict takes them for
one; so are `"ok"` and `Atom("ok")`. But `True` and `Atom("true")`, `None` and `Atom("nil")` are one,
a named tuple is the tuple of its fields, and `"a"` and `b"a"` are one: to Erlang a string is the
binary of its UTF-8 bytes. `0.0` and `-0.0` are one, as they are in Python and were up to OTP 26.

Keys that are one have the same `phash2`, so they meet on one node.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Hashable
from math import isfinite
from types import NoneType
from typing import Any

from pybeam import Atom

PLAIN = frozenset((str, int, float, bool, bytes, NoneType, Atom))
"""Classes whose objects never change and always pickle. These alone: a subclass may have state."""

_LONGEST_ATOM = 255


def identity(key: object) -> Hashable:
    """A value that two keys share exactly when they are one key.

    For most strings and integers it is the key itself, and costs next to nothing. The others
    get a mark of their kind. It is made of built-in values alone: what a key's own class says of
    equality is asked nowhere.

    Raises:
        TypeError: `key` is unhashable, nested too deeply, or has no Erlang counterpart.

    >>> identity("a"), identity(b"a"), identity(1)
    ('a', 'a', 1)
    >>> len({identity(key) for key in (1, 1.0, True, (1,), (1.0,))})
    5
    """
    kind = type(key)
    if kind is int or (kind is str and key.isascii()):  # type: ignore[attr-defined]
        return key
    try:
        return _identity(key)
    except RecursionError:
        raise _no_key(key, "is nested too deeply") from None


def check(key: object) -> None:
    """Refuse a key that cannot be one, before anything is sent. `phash2` has taken it already.

    Raises:
        TypeError: `key` is unhashable or cannot be pickled.
    """
    if type(key) in PLAIN:
        return
    try:
        pickled(key)
    except Exception as error:
        raise _no_key(key, f"cannot be pickled ({type(error).__name__}: {error})") from error
    try:
        hash(key)
    except Exception as error:
        raise _no_key(key, f"is unhashable ({error})") from error


def pickled(term: object) -> bytes:
    """What another node would be sent for `term`.

    Raises:
        Exception: what pickling raised.
    """
    try:
        return pickle.dumps(term, pickle.HIGHEST_PROTOCOL)
    except RecursionError:
        raise
    except Exception:
        import cloudpickle  # late, and for what was made inside a function

        return bytes(cloudpickle.dumps(term))


def _identity(term: Any) -> Hashable:
    if type(term).__hash__ is None:
        raise _no_key(term, "is unhashable")
    for base in type(term).__mro__:
        if form := _FORMS.get(base):
            return form(term)
    raise _no_key(term, "has no Erlang counterpart")


def _no_key(term: object, why: str) -> TypeError:
    return TypeError(f"no key: an object of the class {type(term).__qualname__} that {why}")


def _text(text: str) -> Hashable:
    if not text.isascii():
        _utf8(text)
    return str.__str__(text)


def _utf8(text: str) -> bytes:
    try:
        return str.encode(text)
    except UnicodeEncodeError:
        raise _no_key(text, "holds a lone surrogate") from None


def _binary(data: bytes) -> Hashable:
    try:
        return bytes.decode(data)
    except UnicodeDecodeError:
        return bytes(memoryview(data))


def _float(number: float) -> Hashable:
    if not isfinite(number):
        raise _no_key(number, "is not finite")
    return float, float.__float__(number)


def _atom(atom: Atom) -> Hashable:
    if len(atom) > _LONGEST_ATOM:
        raise _no_key(atom, f"has more than {_LONGEST_ATOM} characters")
    return Atom, _text(atom)


def _tuple(items: tuple[object, ...]) -> Hashable:
    return tuple, tuple(map(identity, items))


_FORMS: dict[type, Callable[[Any], Hashable]] = {
    str: _text,
    int: int.__int__,
    bytes: _binary,
    Atom: _atom,
    bool: lambda flag: (Atom, "true" if flag else "false"),
    NoneType: lambda _: (Atom, "nil"),
    float: _float,
    tuple: _tuple,
    # A list or a dict is unhashable; only an object of a subclass that says otherwise gets here.
    list: lambda items: (list, tuple(map(identity, items))),
    dict: lambda pairs: (dict, frozenset((identity(key), identity(value)) for key, value in pairs.items())),
}
