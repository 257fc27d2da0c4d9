"""The standard streams of this OS process, shared: what one thread prints goes elsewhere, all else as before.

`contextlib.redirect_stdout` would send away what every other thread and process of the node prints.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any, TextIO

STREAMS = ("stdout", "stderr")

MAX_LINE = 4096
"""Characters of an unfinished line that are held back."""


class Outlet:
    """While entered, takes what its thread prints, line by line.

    Args:
        give: is handed each text.
    """

    def __init__(self, give: Callable[[str], object]) -> None:
        self._give = give
        self._held = ""
        self._token: Token[Outlet | None] | None = None

    def write(self, text: str) -> None:
        self._held += text
        if "\n" in text or len(self._held) > MAX_LINE:
            self.flush()

    def flush(self) -> None:
        held, self._held = self._held, ""
        if held:
            self._give(held)

    def __enter__(self) -> None:
        self._token = _outlet.set(self)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _outlet.reset(self._token)
        self.flush()


_outlet: ContextVar[Outlet | None] = ContextVar("outlet", default=None)
"""Where the thread or process that asks prints to; None for the usual."""


class Shared:
    """Stands for a stream: hands what is written to the writer's `Outlet`, or where it has none to the stream."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self.users = 0

    def write(self, text: str) -> int:
        target = _outlet.get() or self.stream
        if target is not None:
            target.write(text)
        return len(text)

    def flush(self) -> None:
        target = _outlet.get() or self.stream
        if target is not None:
            target.flush()

    def isatty(self) -> bool:
        return _outlet.get() is None and self.stream is not None and self.stream.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def share_streams() -> None:
    """From now on outlets work. As many `unshare_streams` put the streams back."""
    for name in STREAMS:
        stream: Any = getattr(sys, name)
        if not isinstance(stream, Shared):
            stream = Shared(stream)
            setattr(sys, name, stream)
        stream.users += 1


def unshare_streams() -> None:
    """Undo one `share_streams`."""
    for name in STREAMS:
        stream: Any = getattr(sys, name)
        if isinstance(stream, Shared):
            stream.users -= 1
            if not stream.users:
                setattr(sys, name, stream.stream)
