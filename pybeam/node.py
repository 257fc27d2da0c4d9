"""This OS process as a named node: start and stop it, and ask it about the others.

The composition root: from settings to a running node. Here clock, carrier, resolver and entropy
are chosen; everything below gets them passed in.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from . import rpc
from .clock import MonotonicClock
from .errors import CookieError, NodeStartError
from .runtime import foreign
from .runtime.foreign import Host, in_process
from .runtime.gateway import Gateway
from .runtime.limits import Limits, number_in
from .runtime.scheduler import Runtime
from .runtime.solo import NoNetwork
from .runtime.switch import current, running
from .services import start_services
from .shown import shown
from .terms import NONODE, Pid, Ref, split_name

__all__ = [
    "Node",
    "connect",
    "disconnect",
    "list",
    "monitor_nodes",
    "ping",
    "secret",
    "self",
    "spawn",
    "spawn_link",
    "spawn_monitor",
    "start_node",
    "stop_node",
]

EPMD_PORT = 43690
"""The port mapper's default port: not Erlang's 4369, so that no Erlang system is disturbed."""

EVERYWHERE = {"0.0.0.0", "::", "0"}
"""Hosts that stand for every address of a machine: no other node could tell which to dial."""

LOOPBACK = "127.0.0.1"


class Node:
    """The node of this OS process; a context manager that stops it.

    Attributes:
        name: `name@host`.
    """

    def __init__(self, name: str, host: Host) -> None:
        self.name = name
        self._host = host

    def __repr__(self) -> str:
        return f"<node {self.name}>"

    def __enter__(self) -> Node:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process, take leave of every peer, give the name back. Harmless when done twice."""
        self._host.stop()

    def run_forever(self) -> None:
        """Keep the calling thread until the node has stopped, and run it there if no thread does.

        One does where this program has used pybeam before it prepared the node.
        """
        if self._host.thread is None:
            self._host.run()
        else:
            self._host.thread.join()

    def spawn_soon(self, fun: Callable[..., object], *args: Any) -> None:
        """Have the node start a process that runs `fun(*args)`; returns at once. Any thread."""
        runtime = self._host.runtime

        def start() -> None:
            runtime.spawn(fun, *args)

        runtime.call_soon(start)


def start_node(name: str, *, cookie: str | None = None, hidden: bool = False, epmd_port: int | None = None) -> Node:
    """Make this OS process the node `name`, running in the background.

    Args:
        name: `name@host`; it listens on that host's address and no other.
        cookie: the cluster's secret, at least 16 characters; without it `PYBEAM_COOKIE`, else
            the content of `~/.erlang.cookie`, which is made where it does not exist.
        hidden: stay out of the mesh and out of the others' `node.list()`.
        epmd_port: the port mapper's; without it `PYBEAM_EPMD_PORT`, else 43690.

    Returns:
        The node, which is also a context manager.

    Raises:
        NodeStartError: with the reason: bad name, name taken on this host, port mapper
            unreachable, cookie unreadable, this OS process is a node already.
    """
    node = prepare_node(name, cookie=cookie, hidden=hidden, epmd_port=epmd_port)
    if node._host.thread is None:
        node._host.start_thread()
    return node


def prepare_node(name: str, *, cookie: str | None = None, hidden: bool = False, epmd_port: int | None = None) -> Node:
    """`start_node`, but the caller runs it, by `Node.run_forever` (on the main thread, say)."""
    with foreign.naming():
        host = foreign.existing_host()
        if host is not None and host.runtime.name != NONODE:
            raise NodeStartError(f"cannot start {name}: this OS process is the node {host.runtime.name} already")
        try:
            split_name(name)
        except ValueError as error:
            raise NodeStartError(f"cannot start a node: {error}") from None
        if split_name(name)[1].strip("[]") in EVERYWHERE:
            raise NodeStartError(f"cannot start {name}: name one address of this machine, not all of them")
        Limits.of(os.environ)
        return _compose(name, _cookie(cookie), hidden, _port(epmd_port))


def _compose(name: str, cookie: str, hidden: bool, port: int) -> Node:
    # Late imports: they cost a fifth of a second that a program without a node need not pay.
    from .dist.carriers.zmq import BUSY_WAIT, LONGEST_BUSY_WAIT, ZmqCarrier
    from .dist.cookie import derive_keys, derive_secret
    from .dist.kernel import Kernel
    from .dist.mapper import Mapper

    busy_wait = number_in(os.environ, "PYBEAM_BUSY_WAIT", BUSY_WAIT, "seconds")
    if busy_wait > LONGEST_BUSY_WAIT:
        raise NodeStartError(f"PYBEAM_BUSY_WAIT is in seconds, and at most {LONGEST_BUSY_WAIT}, not {busy_wait:g}")
    keys = derive_keys(cookie)
    try:
        carrier = ZmqCarrier(split_name(name)[1], keys, busy_wait=busy_wait)
    except (OSError, ValueError) as error:
        raise NodeStartError(f"cannot start {name}: {error}") from None
    mapper = Mapper(name, carrier.address, port=port, visible=not hidden)
    try:
        mapper.start()
    except BaseException:
        carrier.close()
        raise
    fresh = Host(Runtime(name, secrets.randbits(64), MonotonicClock(), NoNetwork()))
    host = foreign.install_host(fresh)
    runtime = host.runtime
    kernel = Kernel(name, runtime.creation, carrier, mapper, Gateway(runtime), secrets.randbits, hidden=hidden)

    def attach() -> None:
        before = runtime.network
        runtime.attach(name, kernel)
        before.wake()
        start_services(runtime)

    if host is fresh:
        attach()
    else:
        in_process(attach)
    host.give_name_back = mapper.stop
    host.at_stop += [mapper.stop, carrier.close]  # last added first
    host.in_forked_child.append(mapper.forget_after_fork)
    host.secret = lambda label: derive_secret(keys, label)
    return Node(name, host)


def _cookie(given: str | None) -> str:
    from .dist.cookie import load_cookie

    cookie = given if given is not None else os.environ.get("PYBEAM_COOKIE")
    try:
        return load_cookie(cookie, _home() if cookie is None else Path())
    except CookieError as error:
        raise NodeStartError(str(error)) from None


def _home() -> Path:
    home = os.path.expanduser("~") if os.environ.get("HOME") != "" else ""  # which is `/` to the standard library
    if not home.startswith("/"):
        text = "there is no home directory for ~/.erlang.cookie: set HOME, or give the cookie itself"
        raise NodeStartError(f"{text}, with --cookie or PYBEAM_COOKIE")
    return Path(home)


def _port(given: int | None) -> int:
    text = os.environ.get("PYBEAM_EPMD_PORT", str(EPMD_PORT)) if given is None else str(given)
    if not is_port(text):
        raise NodeStartError(f"the port mapper's port is a number from 1 to 65535, not {shown(text, 60)}")
    return int(text)


def is_port(text: str) -> bool:
    """Whether a text is a TCP port, in ASCII digits."""
    return text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536


def stop_node() -> None:
    """Stop the node of this OS process, if there is one; its peers see nodedown at once."""
    host = foreign.existing_host()
    if host is not None:
        host.stop()


def known_names(epmd_port: int | None = None) -> Sequence[tuple[str, int]]:
    """The names that the port mapper of this machine knows, with the nodes' ports.

    Raises:
        PybeamError: nobody answers on that port, or something that is no port mapper.
        NodeStartError: no port has that number.
    """
    from .dist.mapper import names

    return names(LOOPBACK, _port(epmd_port))


def serve_port_mapper(epmd_port: int | None = None, ready: Callable[[int], None] = lambda port: None) -> None:
    """Serve as the port mapper of this machine until Ctrl-C or SIGTERM. Only on the main thread.

    Args:
        ready: called with the port's number once it is open.

    Raises:
        PybeamError: the port cannot be had.
        NodeStartError: no port has that number.
    """
    from .dist.mapper import serve_forever

    port = _port(epmd_port)
    serve_forever(port, hosts=(LOOPBACK,), ready=lambda: ready(port))


def self() -> str:
    """This node's name; `'nonode@nohost'` before `start_node`."""
    process = current()
    if process is not None:
        return process.runtime.name
    host = foreign.existing_host()
    return host.runtime.name if host is not None else NONODE


def secret(label: str) -> bytes:
    """A secret made from the cookie, the same on every node that holds it.

    For what else nodes must prove to each other, such as `Gossip(node.secret("gossip"))`.

    Args:
        label: names the use; secrets of different labels say nothing about each other.

    Returns:
        32 bytes.

    Raises:
        NodeStartError: no node was started.
    """
    host = foreign.existing_host()
    if host is None or host.secret is None:
        raise NodeStartError("there is no cookie yet: start a node first")
    return host.secret(label)


def connect(name: str) -> bool:
    """Connect to the node `name`, and so to its whole mesh; whether it succeeded.

    Raises:
        ValueError: the name is malformed.
    """
    split_name(name)
    return in_process(lambda: bool(running().suspend(lambda resume: running().runtime.network.connect(name, resume))))


def ping(name: str) -> str:
    """Try to connect to the node `name`: `'pong'` or `'pang'`.

    Raises:
        ValueError: the name is malformed.
    """
    return "pong" if connect(name) else "pang"


def disconnect(name: str) -> bool:
    """End the connection to `name`; whether there was one.

    Raises:
        ValueError: the name is malformed.
    """
    split_name(name)
    return in_process(lambda: running().runtime.network.disconnect(name))


def list() -> Any:
    """The names of the connected visible nodes, without this one: a list of `str`."""
    return in_process(lambda: running().runtime.network.nodes())


def monitor_nodes(flag: bool = True) -> None:
    """From now on the calling process gets `("nodeup", name)` and `("nodedown", name)`; or no more."""

    def turn() -> None:
        watchers = running().runtime.watchers
        if flag:
            watchers[running()] = 1
        else:
            watchers.pop(running(), None)

    in_process(turn)


def spawn(name: str, fun: Callable[..., object], /, *args: Any) -> Pid:
    """Start a process that runs `fun(*args)` on the node `name`.

    Returns:
        Its pid.

    Raises:
        NodeDown: the node cannot be reached.
        ValueError: the name is malformed.
    """
    return rpc.spawn(name, fun, *args)


def spawn_link(name: str, fun: Callable[..., object], /, *args: Any) -> Pid:
    """`spawn`, linked to the calling process from the start. Errors: as for `spawn`."""
    return rpc.spawn_link(name, fun, *args)


def spawn_monitor(name: str, fun: Callable[..., object], /, *args: Any) -> tuple[Pid, Ref]:
    """`spawn`, monitored by the calling process from the start.

    Returns:
        The pid and the monitor, as of `process.monitor`. Errors: as for `spawn`.
    """
    return rpc.spawn_monitor(name, fun, *args)
