"""Receipts for calls that were forwarded to this node, and were answered.

The forwarder keeps each of them until it has one, so that it can tell the caller when this node is
lost. It need not come soon, and a message of its own for each would cost as much as the answer:
many go together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answers import home_of
from .ports import Kind
from .signals import From

if TYPE_CHECKING:
    from .scheduler import Runtime

COLLECTED_FOR = 0.05
"""Seconds."""


class Receipts:
    """The receipts of one node that have not left yet."""

    __slots__ = ("_calls", "_runtime")

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._calls: list[From] = []

    def give(self, call: From) -> None:
        """Let the maker of `call` know, soon, that what it has forwarded was answered."""
        if call.answered:
            return
        call.answered = True
        call.settled(self._runtime)
        if not self._calls:
            self._runtime.after(COLLECTED_FOR, self._send)
        self._calls.append(call)

    def _send(self) -> None:
        runtime, network = self._runtime, self._runtime.network
        calls, self._calls = self._calls, []
        for call in calls:
            pid = call.pid
            if pid.creation == runtime.creation:
                runtime.promises.settle(call.ref, None)
            elif network.is_connected(pid.node):  # else that node knows, and has told the caller of it
                network.tell(Kind.REPLY, home_of(call), call.ref, 0, None)
