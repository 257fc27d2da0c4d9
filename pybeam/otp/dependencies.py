"""In which order things that need each other are started. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")


def start_order(wanted: T, needs: Callable[[T], Iterable[T]], key: Callable[[T], Hashable]) -> list[T]:
    """`wanted` and all that it needs, each after what it needs itself, and otherwise as listed.

    Args:
        needs: what a thing needs.
        key: two things of one key are the same; the first that is met counts.

    Raises:
        ValueError: some need each other in a circle; names it.

    >>> start_order("web", lambda name: {"web": ["log", "db"], "db": ["log"]}.get(name, []), str)
    ['log', 'db', 'web']
    >>> start_order("a", lambda name: {"a": "b", "b": "c", "c": "b"}[name], str)
    Traceback (most recent call last):
    ValueError: they need each other in a circle: b -> c -> b
    """
    order: dict[Hashable, T] = {}

    def visit(thing: T, path: tuple[Hashable, ...]) -> None:
        name = key(thing)
        if name in path:
            circle = [*path[path.index(name) :], name]
            raise ValueError(f"they need each other in a circle: {' -> '.join(map(str, circle))}")
        if name not in order:
            for other in needs(thing):
                visit(other, (*path, name))
            order.setdefault(name, thing)

    visit(wanted, ())
    return list(order.values())
