"""PartitionSupervisor: one child many times over, and each key at home with one of them.

So a process that would be a bottleneck becomes several. Follows Elixir's `PartitionSupervisor`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from ..errors import NORMAL, NoProcess
from ..hashing.phash2 import phash2
from ..runtime.calls import locate
from ..runtime.foreign import in_process
from ..runtime.process import Process
from ..runtime.scheduler import Runtime
from ..runtime.switch import current
from ..runtime.via import Name, Via
from ..terms import Pid, Ref
from .child import Child, ChildSpec, child_spec_of
from .gen_server import GenServer
from .parent import ChildInfo, Flags, is_count
from .restart import Strategy
from .supervision import SupervisorServer
from .supervisor import Supervisor

WithArguments = Callable[[tuple[Any, ...], int], tuple[Any, ...]]


class PartitionSupervisor:
    """The functions of supervisors of partitions.

    >>> from pybeam.process import receive
    >>> class Cell(GenServer):
    ...     def handle_call(self, request, from_):
    ...         return self._process.pid
    >>> cells = PartitionSupervisor.start_link(Cell, partitions=4, name="cells")
    >>> five = GenServer.call(PartitionSupervisor.via("cells", 5), "who")
    >>> five == GenServer.call(PartitionSupervisor.via("cells", 1), "who")
    True
    >>> PartitionSupervisor.partitions("cells")
    4
    >>> PartitionSupervisor.stop("cells")
    >>> receive() == ("EXIT", cells, "normal")  # it is linked to this thread
    True
    """

    @staticmethod
    def start_link(
        child: Child,
        partitions: int | None = None,
        *,
        name: Name,
        with_arguments: WithArguments | None = None,
        strategy: Strategy = "one_for_one",
        max_restarts: int = 3,
        max_seconds: float = 5.0,
    ) -> Pid:
        """Start a supervisor with `partitions` children, linked to the calling process.

        Args:
            child: what each partition is started from; the ids are 0, 1, 2, ... instead of its own.
            partitions: how many, at least 1; None for as many as this machine has processors.
            name: registers it on this node; `via` finds it by that.
            with_arguments: called with the arguments of `child`, a class or `(class, *args)`, and
                the number of the partition; returns the arguments for that one.
            strategy, max_restarts, max_seconds: as for `Supervisor.start_link`.

        Raises:
            TypeError, ValueError: an argument makes no sense.
            AlreadyStarted: the name is taken.
            Exception: what the start of a child raised.
        """
        if name is None:
            raise ValueError("a PartitionSupervisor needs a name: its partitions are found by that")
        specs = _specs(child, _checked(partitions), with_arguments)
        flags = Flags(strategy, max_restarts, max_seconds)
        for spec in specs:
            flags.check(spec)
        return cast(Pid, GenServer.start_link(PartitionServer, specs, flags, name=name))

    @staticmethod
    def child_spec(child: Child, partitions: int | None = None, *, name: Name, **options: Any) -> ChildSpec:
        """A supervisor of partitions as another's child; its id is the name.

        Args:
            options: as for `start_link`.
        """
        start = partial(PartitionSupervisor.start_link, child, partitions, name=name, **options)
        return ChildSpec(name, start, shutdown=None, type="supervisor")

    @staticmethod
    def via(name: Name, key: object) -> Via:
        """The partition that `key` is at home with: a destination for `call`, `cast`, `send`, ...

        It is found anew for each message, so it may be kept while partitions are restarted. An int
        belongs to the partition of that number, modulo their number and without its sign; any
        other key goes by its `phash2`; a pid, such as the caller's own, is a key too.

        Raises:
            TypeError: `phash2` does not take such a key.
        """
        _number(key, 1)
        return _Partition(name, key)

    @staticmethod
    def partitions(name: Name) -> int:
        """How many partitions it has.

        Raises:
            NoProcess: nobody has that name.
            ValueError: who has it is no `PartitionSupervisor`.
        """

        def count() -> int:
            me = current()
            assert me is not None
            server = _server(me.runtime, name)
            if server is None:
                raise NoProcess(name)
            return server.size

        return in_process(count)

    @staticmethod
    def which_children(name: Name) -> list[ChildInfo]:
        """Its partitions; their `id` is their number."""
        return Supervisor.which_children(name)

    @staticmethod
    def count_children(name: Name) -> dict[str, int]:
        """As `Supervisor.count_children`."""
        return Supervisor.count_children(name)

    @staticmethod
    def stop(name: Name, reason: object = NORMAL, timeout: float | None = None) -> None:
        """As `Supervisor.stop`."""
        Supervisor.stop(name, reason, timeout)


class PartitionServer(SupervisorServer):
    """A supervisor whose children are found without asking it.

    Attributes:
        size: how many partitions it has; 0 until `init` runs.
    """

    size = 0

    def init(self, specs: list[ChildSpec], flags: Flags) -> None:
        self.size = len(specs)
        super().init(specs, flags)

    def pid_of(self, number: int) -> Pid | None:
        """The pid of that partition, if it runs."""
        kid = self._kids.get(number)
        return kid.pid if kid is not None else None


@dataclass(frozen=True)
class _Partition(Via):
    """See `PartitionSupervisor.via`."""

    name: Name
    key: object

    def __repr__(self) -> str:
        return f"<partition of {self.name!r} for {self.key!r}>"

    def whereis_name(self, runtime: Runtime) -> Pid | None:
        server = _server(runtime, self.name)
        return server.pid_of(_number(self.key, server.size)) if server is not None else None


def _number(key: object, size: int) -> int:
    """Which of `size` partitions `key` belongs to."""
    if isinstance(key, int) and not isinstance(key, bool):
        return abs(key) % size
    return phash2((key.creation, key.number) if isinstance(key, (Pid, Ref)) else key, size)


def _server(runtime: Runtime, name: Name) -> PartitionServer | None:
    process = locate(runtime, name)
    if process is None:
        return None
    server = process.behaviour if isinstance(process, Process) else None
    if not isinstance(server, PartitionServer):
        raise ValueError(f"{name!r} is no PartitionSupervisor of this node")
    return server if server.size else None  # it has its name before its `init` runs


def _checked(partitions: int | None) -> int:
    if partitions is None:
        return os.cpu_count() or 1
    if not is_count(partitions) or partitions == 0:
        raise ValueError(f"partitions is an int, at least 1, or None, not {partitions!r}")
    return partitions


def _specs(child: Child, partitions: int, with_arguments: WithArguments | None) -> list[ChildSpec]:
    if with_arguments is None:
        spec = child_spec_of(child)
        return [replace(spec, id=number) for number in range(partitions)]
    if isinstance(child, ChildSpec):
        raise TypeError("with_arguments needs a child with arguments, a class or (class, *args), and no ChildSpec")
    cls, args = (child[0], child[1:]) if isinstance(child, tuple) and child else (child, ())
    return [replace(child_spec_of((cls, *with_arguments(args, number))), id=number) for number in range(partitions)]
