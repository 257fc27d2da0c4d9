"""How a supervisor starts, restarts and stops one child: the child spec, as in OTP's `supervisor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from ..terms import Pid

Restart = Literal["permanent", "transient", "temporary"]
Shutdown = float | Literal["brutal_kill"] | None
Type = Literal["worker", "supervisor"]


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """One child of a supervisor.

    Attributes:
        id: unique among the supervisor's children.
        start: called without arguments in the supervisor's process; starts the child
            *linked* and returns its pid, or None when there is nothing to run (see `Ignore`).
        restart: `"permanent"` always, `"transient"` unless it ended `"normal"`, `"shutdown"` or
            `("shutdown", term)`, `"temporary"` never.
        shutdown: seconds that it gets to end by itself; `"brutal_kill"` for none; None for
            as long as it takes (right for a supervisor).
        type: `"worker"` or `"supervisor"`.
        significant: whether its end may end the supervisor (see `auto_shutdown`).

    Raises:
        TypeError: `start` cannot be called, or `id` is unhashable.
        ValueError: a field has a value that means nothing; the text says which.

    >>> ChildSpec("db", print, restart="sometimes")
    Traceback (most recent call last):
    ValueError: child 'db': restart is 'permanent', 'transient' or 'temporary', not 'sometimes'
    """

    id: object
    start: Callable[[], Pid | None]
    restart: Restart = "permanent"
    shutdown: Shutdown = 5.0
    type: Type = "worker"
    significant: bool = False

    def __post_init__(self) -> None:
        try:
            hash(self.id)
        except TypeError:
            raise TypeError(f"a child's id is hashable, unlike {self.id!r}") from None
        if not callable(self.start):
            raise TypeError(f"child {self.id!r}: start is a function that starts it, not {self.start!r}")
        require(self.restart, get_args(Restart), f"child {self.id!r}: restart")
        require(self.type, get_args(Type), f"child {self.id!r}: type")
        if not _is_limit(self.shutdown):
            text = "shutdown is a number of seconds, 'brutal_kill' or None"
            raise ValueError(f"child {self.id!r}: {text}, not {self.shutdown!r}")
        if self.significant and self.restart == "permanent":
            raise ValueError(f"child {self.id!r}: a permanent child always comes back, so it cannot be significant")


class Startable(Protocol):
    """What says by itself how a supervisor starts it: a `GenServer` class, an `Application`, ..."""

    def child_spec(self, *args: Any, **options: Any) -> ChildSpec: ...


Child = ChildSpec | Startable | tuple[Any, ...]
"""A child in a supervisor's list: a spec, something with a `child_spec`, or `(that, *args)`."""


def child_spec_of(child: object) -> ChildSpec:
    """The spec that an entry of a supervisor's list stands for.

    Raises:
        TypeError: it stands for none.
    """
    if isinstance(child, ChildSpec):
        return child
    made_by, args = (child[0], child[1:]) if isinstance(child, tuple) and child else (child, ())
    make = getattr(made_by, "child_spec", None)
    if not callable(make):
        raise TypeError(f"a child is a ChildSpec, a GenServer class or (class, *args), not {child!r}")
    spec = make(*args)
    if not isinstance(spec, ChildSpec):
        raise TypeError(f"child_spec of {made_by!r} returned {spec!r}, not a ChildSpec")
    return spec


def child_specs_of(children: Iterable[object]) -> list[ChildSpec]:
    """The specs of a supervisor's list.

    Raises:
        TypeError: an entry stands for none, or this is no list.
        ValueError: two have the same id.
    """
    if isinstance(children, (str, bytes, ChildSpec)) or not isinstance(children, Iterable):
        raise TypeError(f"a supervisor's children are a list, not {children!r}")
    specs: dict[object, ChildSpec] = {}
    for spec in map(child_spec_of, children):
        if spec.id in specs:
            raise ValueError(f"two children have the id {spec.id!r}: give one a ChildSpec with another id")
        specs[spec.id] = spec
    return list(specs.values())


def require(value: object, allowed: tuple[str, ...], what: str) -> None:
    """Raise a `ValueError` that says what is allowed, unless `value` is."""
    if not isinstance(value, str) or value not in allowed:
        *first, last = map(repr, allowed)
        raise ValueError(f"{what} is {', '.join(first)} or {last}, not {value!r}")


def _is_limit(shutdown: object) -> bool:
    if isinstance(shutdown, (int, float)) and not isinstance(shutdown, bool):
        return shutdown >= 0
    return shutdown is None or (isinstance(shutdown, str) and shutdown == "brutal_kill")
