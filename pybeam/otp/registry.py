"""Registry: processes of one node under keys of any kind, one owner a key or many.

What users call; the table is in `otp.registry_table`, the process that owns it in
`otp.registry_server`. Follows Elixir's `Registry`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from ..runtime.foreign import in_process
from ..runtime.process import Process
from ..runtime.scheduler import Runtime
from ..runtime.switch import running
from ..runtime.via import Via
from ..terms import Pid
from .child import ChildSpec
from .gen_server import GenServer
from .registry_server import Keys, RegistryServer, Which, checked_keys, checked_listeners, found, require_hashable
from .registry_table import Entry, Table

T = TypeVar("T")


class Registry:
    """The functions of registries. A registry is given by its name or its pid, and serves its own node.

    >>> from pybeam.process import self
    >>> rooms = Registry.start_link(keys="duplicate")
    >>> Registry.register(rooms, "kitchen", "cook")
    >>> Registry.lookup(rooms, "kitchen") == [(self(), "cook")]
    True
    >>> Registry.unregister(rooms, "kitchen")
    >>> Registry.count(rooms)
    0
    """

    # ------------------------------------------------------------------ start

    @staticmethod
    def start_link(
        *,
        keys: Keys,
        name: str | None = None,
        listeners: Iterable[str] = (),
        meta: Mapping[Hashable, Any] | None = None,
    ) -> Pid:
        """Start a registry, linked to the calling process.

        Args:
            keys: `"unique"` or `"duplicate"`: whether a key has one owner or any number.
            name: registers it on this node.
            listeners: names of processes that get `("register", registry, key, pid, value)` and
                `("unregister", registry, key, pid)`; they hear nothing of an end, as in Elixir.
            meta: what is kept with it from the start.

        Raises:
            AlreadyStarted: the name is taken.
            ValueError: an argument makes no sense.
        """
        kept = dict(meta or {})
        return GenServer.start_link(RegistryServer, checked_keys(keys), checked_listeners(listeners), kept, name=name)

    @staticmethod
    def child_spec(*, keys: Keys, name: str | None = None, id: object = None, **options: Any) -> ChildSpec:
        """A registry as a supervisor's child. Its id, where none is given, is its name, or else `Registry`."""
        start = partial(Registry.start_link, keys=checked_keys(keys), name=name, **options)
        return ChildSpec(name or Registry if id is None else id, start)

    # ------------------------------------------------------------------ register

    @staticmethod
    def register(registry: Which, key: Hashable, value: object = None) -> None:
        """Register the calling process under `key`, until it ends or unregisters.

        It is linked to the registry, and so ends with it.

        Raises:
            AlreadyStarted: a unique key has an owner, the caller itself perhaps; has its pid.
            NoProcess: no such registry.
            TypeError: the key is unhashable.
            ValueError: this is no registry, or one of another node.
        """

        def add() -> None:
            server, table = found(running().runtime, registry)
            server.add(table, running(), key, value)

        in_process(add)

    @staticmethod
    def unregister(registry: Which, key: Hashable) -> None:
        """Take back all registrations of the calling process under `key`; nobody else's."""
        Registry.unregister_match(registry, key, lambda value: True)

    @staticmethod
    def unregister_match(registry: Which, key: Hashable, match: Callable[[Any], object]) -> None:
        """`unregister`, only those whose value fulfils `match(value)`."""

        def remove() -> None:
            server, table = found(running().runtime, registry)
            server.remove(table, running(), key, match)

        in_process(remove)

    @staticmethod
    def update_value(registry: Which, key: Hashable, fun: Callable[[Any], object]) -> tuple[Any, Any]:
        """Replace the value of the calling process under a unique `key` by `fun(value)`.

        Returns:
            The new value and the old.

        Raises:
            LookupError: the calling process is not registered under it.
            ValueError: the registry's keys are not unique.
            Exception: what `fun` raised; the value stays.
        """

        def update() -> tuple[Any, Any]:
            me = running()
            table = _unique(me.runtime, registry, "update_value")
            for entry in table.lookup(key):
                if entry.owner == me.number:
                    new = fun(entry.value)
                    table.replace(key, me.number, new)
                    return new, entry.value
            raise LookupError(f"{me.pid} is not registered under {key!r} in {registry!r}")

        return in_process(update)

    # ------------------------------------------------------------------ read

    @staticmethod
    def lookup(registry: Which, key: Hashable) -> list[tuple[Pid, Any]]:
        """Who is registered under `key`: `[(pid, value), ...]`, in the order of registration.

        From the moment at which a process has ended it is not among them.
        """
        return _read(registry, lambda runtime, table: _pairs(runtime, table.lookup(key)))

    @staticmethod
    def keys(registry: Which, pid: Pid) -> list[Any]:
        """The keys of `pid`, each as often as it is registered under it."""
        return _read(registry, lambda runtime, table: table.keys(_number(runtime, pid)))

    @staticmethod
    def values(registry: Which, key: Hashable, pid: Pid) -> list[Any]:
        """The values of `pid` under `key`."""

        def read(runtime: Runtime, table: Table) -> list[Any]:
            number = _number(runtime, pid)
            return [entry.value for entry in table.lookup(key) if entry.owner == number]

        return _read(registry, read)

    @staticmethod
    def match(registry: Which, key: Hashable, match: Callable[[Any], object]) -> list[tuple[Pid, Any]]:
        """`lookup`, only those whose value fulfils `match(value)`."""
        return [(pid, value) for pid, value in Registry.lookup(registry, key) if match(value)]

    @staticmethod
    def select(registry: Which, where: Callable[[Any, Pid, Any], object] | None = None) -> list[tuple[Any, Pid, Any]]:
        """All registrations as `(key, pid, value)`, or those for which `where(key, pid, value)` holds."""

        def read(runtime: Runtime, table: Table) -> list[tuple[Any, Pid, Any]]:
            return [(key, runtime.pid_of(entry.owner), entry.value) for key, entry in table.items()]

        rows = _read(registry, read)
        return rows if where is None else [row for row in rows if where(*row)]

    @staticmethod
    def count(registry: Which) -> int:
        """How many registrations there are."""
        return _read(registry, lambda runtime, table: len(table))

    @staticmethod
    def dispatch(registry: Which, key: Hashable, fun: Callable[[list[tuple[Pid, Any]]], object]) -> None:
        """Call `fun(entries)` with what `lookup` gives, in the calling process; not where that is empty."""
        entries = Registry.lookup(registry, key)
        if entries:
            fun(entries)

    # ------------------------------------------------------------------ names and notes

    @staticmethod
    def via(registry: Which, key: Hashable, value: object = None) -> Via:
        """The process under a unique `key`, as a destination and as the name of a server.

        Args:
            value: what a server started under this name is registered with.

        >>> from pybeam import Agent
        >>> printers = Registry.start_link(keys="unique")
        >>> agent = Agent.start(list, name=Registry.via(printers, ("floor", 2)))
        >>> Agent.get(Registry.via(printers, ("floor", 2)), len)
        0
        """
        require_hashable(key)
        return RegistryName(registry, key, value)

    @staticmethod
    def meta(registry: Which, key: Hashable, default: Any = None) -> Any:
        """What was kept with the registry under `key`."""
        return in_process(lambda: found(running().runtime, registry)[0].meta.get(key, default))

    @staticmethod
    def put_meta(registry: Which, key: Hashable, value: object) -> None:
        """Keep something with the registry."""
        require_hashable(key)
        in_process(lambda: found(running().runtime, registry)[0].meta.update({key: value}))

    @staticmethod
    def delete_meta(registry: Which, key: Hashable) -> None:
        """Keep it no longer."""
        in_process(lambda: found(running().runtime, registry)[0].meta.pop(key, None))


@dataclass(frozen=True, slots=True)
class RegistryName(Via):
    """See `Registry.via`."""

    registry: Which
    key: Hashable
    value: object = field(default=None, compare=False)

    def whereis_name(self, runtime: Runtime) -> Pid | None:
        entries = _unique(runtime, self.registry, "via").lookup(self.key)
        return runtime.pid_of(entries[0].owner) if entries else None

    def register_name(self, process: Process) -> None:
        _unique(process.runtime, self.registry, "via")
        server, table = found(process.runtime, self.registry)
        server.add(table, process, self.key, self.value)


def _read(registry: Which, read: Callable[[Runtime, Table], T]) -> T:
    def run() -> T:
        runtime = running().runtime
        return read(runtime, found(runtime, registry)[1])

    return in_process(run)


def _unique(runtime: Runtime, registry: Which, what: str) -> Table:
    _, table = found(runtime, registry)
    if not table.unique:
        raise ValueError(f"{what} needs unique keys, and {registry!r} has duplicate ones")
    return table


def _number(runtime: Runtime, pid: object) -> int:
    if not isinstance(pid, Pid):
        raise ValueError(f"a Pid is needed here, not {pid!r}")
    return pid.number if pid.creation == runtime.creation else 0


def _pairs(runtime: Runtime, entries: list[Entry]) -> list[tuple[Pid, Any]]:
    return [(runtime.processes[entry.owner].pid, entry.value) for entry in entries]
