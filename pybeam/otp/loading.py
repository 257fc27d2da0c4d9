"""The load of one module on one node: a server that lives from the preparation to the commit.

While it lives it has a name, so that a node loads one module at a time. Its `init` prepares: the module is
executed and nothing else touched. Then it waits to be told, once all nodes are so far, whether to commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from ..errors import CodeError, Crash, text_of
from ..process import monitor
from ..runtime.ports import Expired
from ..runtime.process import Process
from ..runtime.signals import Call, From, ProcessExit
from ..runtime.switch import current
from ..shown import cut, shown
from ..terms import Pid
from .directives import TIMEOUT, Stop
from .endings import down_ref, is_word
from .gen_server import GenServer
from .modules import Source, classes, executed, found, install, stale, version_of
from .parent import MAX_REASON
from .system import SystemRequest

log = logging.getLogger("pybeam.code")

SERVER = "code_server"

UNDECIDED_SECONDS = 60.0
"""After which a prepared module is dropped: who was to decide hangs."""


class Loaded(NamedTuple):
    """What became of a load on one node.

    Attributes:
        version, old_version: of the module; None for an old one without `__version__` that was imported
            and not loaded.
        changed: the servers that go on with their new class.
        kept: the servers that go on with their old class, and why.
        busy: the servers that are in the middle of a callback yet; they change when it ends.
        stale: names, `module.name`, under which others have imported a function or class of the old
            module. They stay old: load those modules too.
    """

    version: object
    old_version: object
    changed: list[Pid]
    kept: dict[Pid, Crash]
    busy: list[Pid]
    stale: list[str]


def prepare(source: Source, loader: Pid, seconds: float | None = None) -> Pid:
    """Execute a module on this node, and have the `Loading` of it wait for the decision of `loader`.

    Raises:
        AlreadyStarted: another load is under way here.
        TimeoutError: the module waited for something when `seconds` had passed, and was given up.
        Exception: what the module raised.
    """
    pid: Pid = GenServer.start(Loading, source, loader, name=SERVER, timeout=seconds)
    return pid


def decide(loadings: dict[str, Pid], word: str, seconds: float) -> Loaded | None:
    """Tell this node's own of `loadings` to `"commit"` or `"abort"`."""
    me = current()
    assert me is not None
    told: Loaded | None = GenServer.call(loadings[me.runtime.name], (word, seconds), timeout=None)  # type: ignore[assignment]
    return told


class Loading(GenServer):
    """One prepared module."""

    def init(self, source: Source, loader: Pid) -> float:
        self._source = source
        self._loader = monitor(loader)
        try:
            self._fresh = executed(source)
        except ProcessExit:
            raise
        except Exception:
            raise
        except BaseException as error:  # a SystemExit, say
            raise CodeError(source.name, {self._process.runtime.name: Crash.of(error)}) from None
        return UNDECIDED_SECONDS

    def handle_call(self, request: Any, from_: From) -> Stop:
        word, seconds = request
        return Stop(reply=self._commit(seconds) if word == "commit" else None)

    def handle_info(self, message: Any) -> Stop | None:
        # A loader that was lost decides nothing, and all other loads would wait here.
        return Stop() if is_word(message, TIMEOUT) or down_ref(message) == self._loader else None

    def _commit(self, seconds: float) -> Loaded:
        fresh, old = self._fresh, install(self._fresh, self._source)
        if old is not None:
            succeed(old, fresh)
        outcome = self._change_all(fresh, old, seconds)
        loaded = Loaded(
            version_of(fresh),
            version_of(old),
            changed=[process.pid for process, crash in outcome.items() if crash is None],
            kept={process.pid: crash for process, crash in outcome.items() if isinstance(crash, Crash)},
            busy=[process.pid for process, crash in outcome.items() if crash is BUSY and process.doom is None],
            stale=stale(old) if old is not None else [],
        )
        log.info("loaded %s: %s", fresh.__name__, _summary(loaded))
        return loaded

    def _change_all(self, fresh: ModuleType, old: ModuleType | None, seconds: float) -> dict[Process, object]:
        """Have each server change between two of its callbacks; all at once, since one may wait for another."""
        me, left = self._process, 0
        servers = [process for process in me.runtime.processes.values() if _is_of(process.behaviour, fresh.__name__)]
        outcome: dict[Process, object] = dict.fromkeys(servers, BUSY)

        def start(resume: Callable[[object], None]) -> None:
            nonlocal left
            left = len(servers)

            def change(server: GenServer) -> None:
                nonlocal left
                version = vars(type(server)).get("_server_version", version_of(old))
                outcome[server._process] = switched(server, fresh, version)
                left -= 1
                if not left:
                    resume(None)

            for process in servers:
                # Nobody waits for an answer to call 0.
                me.runtime.deliver(process, Call(From(me.pid, 0), SystemRequest("change_code", change)))

        try:
            if servers:
                me.suspend(start, me.runtime.now() + seconds)
        except Expired:
            pass
        return dict(outcome)


BUSY = object()
"""Of a server that has not come to it yet."""


def _summary(loaded: Loaded) -> str:
    counts = f"{len(loaded.changed)} servers changed, {len(loaded.kept)} kept their class, {len(loaded.busy)} are busy"
    return f"version {shown(loaded.version, 100)} after {shown(loaded.old_version, 100)}; {counts}"


def succeed(old: ModuleType, fresh: ModuleType) -> None:
    """Have whoever starts a server of an old class, a supervisor for one, start the new one."""
    for kind in classes(old):
        if issubclass(kind, GenServer):
            # A server that kept its class through one load comes to the next with the version that it has.
            kind._server_version = version_of(old)
            try:
                newer = found(fresh, kind.__qualname__)
            except AttributeError:
                continue
            if isinstance(newer, type) and issubclass(newer, GenServer):
                kind._server_successor = newer
                # It may be one of the module's past, got back from elsewhere: in a ring a start would never end.
                newer._server_successor = None


def switched(server: GenServer, fresh: ModuleType, old_version: object) -> Crash | None:
    """Give a server its new class and call `code_change`; if that fails, all is as it was.

    Returns:
        Why it failed, if it did.
    """
    old, before = type(server), dict(vars(server))
    try:
        if old.__module__ != fresh.__name__:
            raise TypeError(
                f"{old.__module__}.{old.__qualname__} was made from an old class: load {old.__module__} too"
            )
        newer: Any = found(fresh, old.__qualname__)
        server.__class__ = newer
        server.code_change(old_version)
    except ProcessExit:
        raise
    except BaseException as error:
        server.__class__ = old
        vars(server).clear()
        vars(server).update(before)
        log.warning("%r goes on with its old class: %s", server._process, cut(text_of(error), MAX_REASON))
        return Crash.of(error)
    return None


def _is_of(behaviour: object, name: str) -> bool:
    """Whether a behaviour's class, or one that it is made from, comes from the module `name`."""
    return behaviour is not None and any(kind.__module__ == name for kind in type(behaviour).__mro__)
