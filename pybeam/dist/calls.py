"""The open calls to one peer: who gets the answer, and who must be told when there will be none.

Pure. An answer may come before its caller waits for it: a caller whose large request has just left
in its last fragment is still on its way back from posting it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..runtime.ports import Kind, Parcel


class OpenCalls:
    """The open calls to one peer.

    Attributes:
        callers: the caller of each open call, in the order of their making; its negative while
            it is still posting.
    """

    __slots__ = ("_early", "callers")

    def __init__(self) -> None:
        self.callers: dict[int, int] = {}
        self._early: dict[int, tuple[Kind, Parcel]] = {}

    def begin(self, ref: int, caller: int) -> None:
        """`caller` is posting the call `ref`, and cannot take an answer yet."""
        self.callers[ref] = -caller

    def answer_early(self, kind: Kind, ref: int, parcel: Parcel) -> None:
        """The answer to a call has come while its caller is still posting; to no call: dropped."""
        if ref in self.callers:
            self._early[ref] = kind, parcel

    def settle(self, ref: int) -> tuple[Kind, Parcel] | None:
        """The caller has posted and will wait now. Returns the answer, if it is there already.

        Raises:
            KeyError: the call is not open any more: the session has ended.
        """
        early = self._early.pop(ref, None)
        if early is None:
            self.callers[ref] = abs(self.callers[ref])
        else:
            self.callers.pop(ref, None)
        return early

    def forget(self, ref: int) -> None:
        """Nobody waits for `ref` any longer."""
        self.callers.pop(ref, None)
        self._early.pop(ref, None)

    def end(self) -> Iterator[tuple[int, int]]:
        """Close all. Yields the ref and caller of those who wait, in the order of their making."""
        callers, self.callers = self.callers, {}
        for ref, caller in callers.items():
            if caller >= 0:
                yield ref, caller
