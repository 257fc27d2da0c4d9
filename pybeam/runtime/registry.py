"""The local names of one node: each name one process, each process at most one name."""

from __future__ import annotations

from .process import Process


class Names:
    """Name to process, as `register` and `whereis` see it.

    A name is given up by the process's end.
    """

    __slots__ = ("_by_name", "get")

    def __init__(self) -> None:
        self._by_name: dict[str, Process] = {}
        self.get = self._by_name.get

    def add(self, name: str, process: Process) -> Process | None:
        """Give `name` to `process`.

        Returns:
            None, or the process that has the name already (nothing was changed then).

        Raises:
            ValueError: the name is not a non-empty `str` of at most 255 bytes, or the
                process has another name.
        """
        if not isinstance(name, str) or not name or len(name.encode()) > 255:
            raise ValueError(f"a registered name is a non-empty str of at most 255 bytes, not {name!r}")
        owner = self._by_name.get(name)
        if owner is not None:
            return owner
        if process.name is not None:
            raise ValueError(f"the process is registered already, as {process.name!r}")
        self._by_name[name] = process
        process.name = name
        return None

    def remove(self, name: str) -> bool:
        """Take a name away; whether anybody had it."""
        process = self._by_name.pop(name, None)
        if process is not None:
            process.name = None
        return process is not None

    def drop(self, process: Process) -> None:
        """Take away the name of a process that ended. It keeps knowing it, for its log."""
        if process.name is not None:
            self._by_name.pop(process.name, None)

    def all(self) -> list[str]:
        """The names, sorted."""
        return sorted(self._by_name)
