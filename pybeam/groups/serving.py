"""Servers whose state others on their node read directly: a call would cost more than the reading."""

from __future__ import annotations

from typing import Any, TypeVar

from ..errors import NoProcess
from ..otp.gen_server import GenServer
from ..runtime.signals import From
from ..runtime.switch import running

READY = ("are you ready",)


class Readable(GenServer):
    """Set `is_ready` at the end of `init`.

    Attributes:
        is_ready: whether it can be read. A server has its name before its `init` has run.
    """

    is_ready = False

    def handle_call(self, request: Any, from_: From) -> object:
        if request == READY:
            return self.is_ready
        return super().handle_call(request, from_)


S = TypeVar("S", bound=Readable)


def serving(name: object, kind: type[S]) -> S:
    """The server of this node with that name. Only inside a process.

    Raises:
        NoProcess: there is none, or it is of another kind.
    """
    found = running().runtime.names.get(name) if isinstance(name, str) else None
    if found is None or not isinstance(found.behaviour, kind):
        raise NoProcess(name)
    server = found.behaviour
    if not server.is_ready:
        GenServer.call(found.pid, READY, None)
    return server
