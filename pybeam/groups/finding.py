"""Where the name server of a node is, and what this node's knows."""

from __future__ import annotations

from contextlib import suppress

from ..errors import AlreadyStarted
from ..otp.gen_server import GenServer
from ..runtime.foreign import in_process
from ..runtime.scheduler import Runtime
from ..runtime.switch import running
from ..terms import NONODE, Pid
from .claims import Claims
from .names import SERVER, NameServer
from .serving import serving


def start(claims: Claims | None = None) -> Pid:
    """Start this node's name server. Not for users: every named node runs one.

    Raises:
        AlreadyStarted: it runs.
    """
    runtime = runtime_here()
    return GenServer.start(
        NameServer, claims if claims is not None else Claims(runtime.name, runtime.creation), name=SERVER
    )


def server_of(pid: Pid) -> tuple[str, str]:
    """The name server of the node on which a process lives."""
    here = in_process(runtime_here)
    return in_process(lambda: server_at(here.name if pid.creation == here.creation else pid.node))


def server_at(node: str) -> tuple[str, str]:
    """The name server of a node. Only inside a process."""
    if node == runtime_here().name:
        claims_here()
    return SERVER, node


def claims_here() -> Claims:
    """What this node's server knows. A nameless node starts one when it is needed."""
    runtime = runtime_here()
    if runtime.name == NONODE and runtime.names.get(SERVER) is None:
        with suppress(AlreadyStarted):
            start()
    return serving(SERVER, NameServer).claims


def runtime_here() -> Runtime:
    """The runtime of the calling process."""
    return running().runtime
