"""The open promises of one node: calls whose caller goes on, and asks for the answer later.

An answer that nobody waits for at that moment comes here. A promise is its maker's: one that is
dropped is in no table any more, and its answer finds nobody. A call that was forwarded is nobody's,
and is held here.
"""

from __future__ import annotations

from typing import Protocol
from weakref import WeakValueDictionary


class Pending(Protocol):
    """What is kept here: see `otp.promise.Promise`, `runtime.forwarding.Handover`."""

    def settle(self, value: object, error: BaseException | None) -> None:
        """The call has got its answer, or has failed with `error`."""


class Promises:
    """The promises of one node that have no answer yet, by the number of their call."""

    __slots__ = ("_held", "_open")

    def __init__(self) -> None:
        self._open: WeakValueDictionary[int, Pending] = WeakValueDictionary()
        self._held: dict[int, Pending] = {}

    def __len__(self) -> int:
        return len(self._open) + len(self._held)

    def keep(self, ref: int, promise: Pending) -> None:
        """Until it is settled, or its maker has dropped it."""
        self._open[ref] = promise

    def hold(self, ref: int, handover: Pending) -> None:
        """Until it is settled."""
        self._held[ref] = handover

    def settle(self, ref: int, value: object, error: BaseException | None = None) -> None:
        """The call `ref` has ended. Of no promise, or of one that was dropped: forgotten."""
        pending = self._open.pop(ref, None) or self._held.pop(ref, None)
        if pending is not None:
            pending.settle(value, error)
