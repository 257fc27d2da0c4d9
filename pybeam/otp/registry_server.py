"""The process of a registry: owns the table, and hears of the end of those who are in it.

Whoever registers or looks something up does so in its own process, on the table itself; a call would
cost more than the whole of it. As in Elixir, whoever registers is linked to the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Literal, get_args

from ..errors import AlreadyStarted, NoProcess
from ..runtime.calls import locate
from ..runtime.process import Process
from ..runtime.scheduler import Runtime
from ..terms import Pid
from .child import require
from .endings import exit_pid
from .gen_server import GenServer
from .registry_table import Table

Keys = Literal["unique", "duplicate"]

Which = str | Pid
"""A registry: its name, or its pid."""


class RegistryServer(GenServer):
    """One registry.

    Attributes:
        table: None until `init` has run.
        meta: what users keep with it.
    """

    table: Table | None = None

    def init(self, keys: Keys, listeners: tuple[str, ...], meta: dict[Hashable, Any]) -> None:
        self._process.trap_exit = True
        self._listeners = listeners
        self._linked: set[int] = set()
        self.meta = meta
        self.table = Table(keys == "unique", self._is_alive)

    def handle_info(self, message: Any) -> None:
        pid = exit_pid(message)
        # Anybody can send such a message, and a living process an exit signal: neither takes it out.
        if pid is not None and not self._is_alive(pid.number):
            self._forget(pid.number)

    def add(self, table: Table, process: Process, key: Hashable, value: object) -> None:
        """Register `process`; see `Registry.register`."""
        require_hashable(key)
        owner = table.add(key, process.number, value)
        if owner is not None:
            raise AlreadyStarted(process.runtime.pid_of(owner))
        if self._process not in (process.links or ()):  # whoever started it is linked with it already, and stays so
            process.link(self._process)
            self._linked.add(process.number)
        self._tell("register", key, process.pid, value)

    def remove(self, table: Table, process: Process, key: Hashable, match: Callable[[Any], object] | None) -> None:
        """Take a registration back; see `Registry.unregister_match`."""
        if not table.remove(key, process.number, match):
            return
        if process.number in self._linked and not table.holds(process.number):
            self._linked.discard(process.number)
            process.unlink(self._process)
        self._tell("unregister", key, process.pid)

    def _is_alive(self, number: int) -> bool:
        process = self._process.runtime.processes.get(number)
        return process is not None and process.doom is None

    def _tell(self, event: str, key: Hashable, *rest: object) -> None:
        runtime = self._process.runtime
        for name in self._listeners:
            listener = runtime.names.get(name)
            if listener is not None:
                runtime.deliver(listener, (event, self._process.name or self._process.pid, key, *rest))

    def _forget(self, number: int) -> None:
        self._linked.discard(number)
        if self.table is not None:
            self.table.drop(number)


def found(runtime: Runtime, registry: object) -> tuple[RegistryServer, Table]:
    """The registry of this node that has this name or pid.

    Raises:
        NoProcess: there is none.
        ValueError: it is something else, or elsewhere.
    """
    if not isinstance(registry, (str, Pid)):
        raise ValueError(f"a registry is given by its name or its pid, and serves one node, unlike {registry!r}")
    process = locate(runtime, registry)
    if process is None:
        raise NoProcess(registry)
    if not isinstance(process, Process):
        raise ValueError(f"{registry!r} is of another node: look into a registry there, with rpc.call")
    server = process.behaviour
    if not isinstance(server, RegistryServer):
        raise ValueError(f"{registry!r} is no registry")
    if server.table is None:
        raise NoProcess(registry)  # it is about to begin
    return server, server.table


def checked_keys(keys: object) -> Keys:
    """`keys`, or a `ValueError`."""
    require(keys, get_args(Keys), "keys")
    return keys  # type: ignore[return-value]  # it was compared with them


def checked_listeners(listeners: Iterable[str]) -> tuple[str, ...]:
    """The names of the listeners, or a `ValueError`."""
    if isinstance(listeners, str):
        raise ValueError(f"listeners are a list of registered names, not {listeners!r}")
    names = tuple(listeners)
    for name in names:
        if not isinstance(name, str) or not name:
            raise ValueError(f"a listener is a registered name, not {name!r}")
    return names


def require_hashable(key: object) -> None:
    """Raise a `TypeError` unless `key` can be one."""
    try:
        hash(key)
    except TypeError:
        raise TypeError(f"a key is hashable, unlike {key!r}") from None
