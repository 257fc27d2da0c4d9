"""The network of a runtime that has none: every other node is unreachable."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..errors import NodeDown
from .ports import Kind, Target
from .process import Process


class NoNetwork:
    """A `Network` before `start_node`, as of a shell without a name."""

    def __init__(self) -> None:
        self._bell = threading.Event()

    def post(self, kind: Kind, target: Target, ref: int, sender: Process | None, body: object, deadline: float) -> bool:
        if kind is Kind.CALL:
            raise NodeDown(target.node)
        return True

    def tell(self, kind: Kind, target: Target, ref: int, number: int, body: object) -> None:
        if kind in (Kind.CALL, Kind.LINK, Kind.MONITOR):
            raise NodeDown(target.node)

    def abandon(self, node: str, ref: int) -> None:
        """Nothing is ever open."""

    def flush(self) -> None:
        """Nothing is ever queued."""

    def pump(self, timeout: float | None) -> None:
        self._bell.wait(None if timeout is None else min(timeout, threading.TIMEOUT_MAX))
        self._bell.clear()

    def wake(self) -> None:
        self._bell.set()

    def connect(self, name: str, done: Callable[[bool], None]) -> None:
        done(False)

    def disconnect(self, name: str) -> bool:
        return False

    def is_connected(self, name: str) -> bool:
        return False

    def nodes(self) -> list[str]:
        return []

    def stop(self) -> None:
        """There is nothing to close."""
