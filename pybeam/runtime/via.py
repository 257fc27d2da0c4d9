"""Names that the node's own table does not keep: a registry does, or a supervisor of partitions.

The counterpart of Elixir's `{:via, module, name}`. What is one can stand wherever a destination or
a server's name stands; here is all that the runtime knows of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms import Pid

if TYPE_CHECKING:
    from .process import Process
    from .scheduler import Runtime


class Via:
    """A name that finds its process by itself. Subclass it and write `whereis_name`."""

    __slots__ = ()

    def whereis_name(self, runtime: Runtime) -> Pid | None:
        """The process that has this name now; None for nobody.

        Called in the process that sends, and for each message. May raise what tells the sender
        that the name makes no sense.

        Args:
            runtime: of the node that asks.
        """
        raise NotImplementedError(f"{type(self).__qualname__} has no whereis_name")

    def register_name(self, process: Process) -> None:
        """Give this name to `process`, which has not run yet; the name goes when the process ends.

        Called in the process that starts it, and may wait there.

        Raises:
            AlreadyStarted: the name is taken; has the pid of its owner.
        """
        raise ValueError(f"no process can be started under the name {self!r}: it only finds those that run")


Name = str | Via
"""What a server can be started under."""
