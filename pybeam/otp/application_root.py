"""The process at the root of an application: starts its top supervisor, outlives it, and cleans up after it.

OTP's application master. Also what is asked of all roots of a node, and what the end of one brings with it.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from math import inf
from typing import TYPE_CHECKING, Any, Literal

from ..errors import NORMAL, SHUTDOWN, NoProcess, ReceiveTimeout, ServerDied, text_of
from ..runtime.calls import call
from ..runtime.foreign import in_process
from ..runtime.switch import current
from ..terms import Pid
from .directives import Stop
from .endings import down_ref, exit_pid
from .gen_server import GenServer
from .shutdown import shut_down
from .supervisor import Supervisor
from .system import SystemRequest

if TYPE_CHECKING:
    from .application import Application

log = logging.getLogger("pybeam.application")

StartType = Literal["permanent", "transient", "temporary"]

PREFIX = "application "
"""Before its name in the name under which the root of an application is registered."""


class RunningApplication:
    """An application that was started.

    Attributes:
        application: what it is an instance of.
        type: what follows when it ends by itself.
        pid: the top supervisor.
        reason: why it ended; None while it runs.
    """

    pid: Pid
    _root: Pid

    def __init__(self, application: Application, type: StartType = "temporary") -> None:
        self.application = application
        self.type = type
        self.reason: object = None

    def __repr__(self) -> str:
        ended = "" if self.reason is None else f", ended: {self.reason}"
        return f"<{type(self.application).__qualname__} at {self.pid!r}{ended}>"

    def stop(self, reason: object = SHUTDOWN) -> None:
        """Stop its children in reverse order, each within its limit. Harmless when it has ended.

        What was started because it needs it runs on.
        """
        with suppress(NoProcess, ServerDied):  # it may end by itself meanwhile
            GenServer.stop(self._root, reason)

    def wait(self, timeout: float | None = None) -> object:
        """Wait until it has ended.

        Args:
            timeout: seconds; None for as long as it takes.

        Returns:
            The reason: `"shutdown"` when it was stopped or its supervisor gave up.

        Raises:
            TimeoutError: it still runs.
        """
        return in_process(lambda: self._wait(timeout))

    def _wait(self, timeout: float | None) -> object:
        me = current()
        assert me is not None
        ref = me.monitor(me.runtime.processes.get(self._root.number), self._root)
        try:
            deadline = inf if timeout is None else me.runtime.now() + timeout
            down = me.receive(lambda message: down_ref(message) == ref, deadline)
        except ReceiveTimeout:
            raise TimeoutError(f"{self!r} has not ended within {timeout} s") from None
        finally:
            me.demonitor(ref)
        return self.reason if self.reason is not None else down[4]  # type: ignore[index]  # a DOWN


class Root(GenServer):
    """The parent of the top supervisor.

    Attributes:
        running: not there before `init` runs, though the process has its name already.
        runs: whether it has started.
        fell: whether it ended by itself.
    """

    running: RunningApplication
    runs = fell = False

    def init(self, application: Application, running: RunningApplication) -> None:
        self._process.trap_exit = True
        self.running = running
        application.before_start()
        try:
            running.pid = self._start_top(application)
        except BaseException:
            application.after_stop()
            raise
        running._root = self._process.pid
        self.runs = True

    def _start_top(self, application: Application) -> Pid:
        return Supervisor.start_link(
            application.children(),
            strategy=application.strategy,
            max_restarts=application.max_restarts,
            max_seconds=application.max_seconds,
            auto_shutdown=application.auto_shutdown,
            name=application.name,
        )

    def handle_info(self, message: Any) -> Any:
        if exit_pid(message) != self.running.pid:
            return None
        self.fell = True
        return Stop(message[2])

    def terminate(self, reason: Any) -> None:
        shut_down(self.running.pid, None)
        self.running.reason = reason
        self.running.application.after_stop()
        if self.fell and self._process.name is not None:
            self._process.runtime.spawn(_follow_up, self._process.name.removeprefix(PREFIX), self.running.type, reason)


def root_of(name: str) -> Root | None:
    """The root of the application of that name, if it runs on this node or is being started."""

    def find() -> Root | None:
        me = current()
        assert me is not None
        process = me.runtime.names.get(PREFIX + name)
        behaviour = process.behaviour if process is not None else None
        return behaviour if isinstance(behaviour, Root) and hasattr(behaviour, "running") else None

    return in_process(find)


def is_running(name: str) -> bool:
    """Whether the application of that name runs; of one that is being started, whether that succeeds."""
    root = root_of(name)
    if root is None or not root.runs:
        with suppress(NoProcess, ServerDied):
            call(PREFIX + name, SystemRequest("get_status"), None)  # answered once its `init` has returned
        root = root_of(name)
    return root is not None


def _follow_up(name: str, type: StartType, reason: object) -> None:
    """Do what the end of an application by itself brings with it."""
    if type == "temporary" or (type == "transient" and reason == NORMAL):
        log.info("application %s has ended: %s", name, text_of(reason))
        return
    log.error("application %s has ended: %s; it is %s, so the node stops", name, text_of(reason), type)
    stop_all((SHUTDOWN, f"{name} has ended: {text_of(reason)}"))
    end_node()


def stop_all(reason: object = SHUTDOWN) -> None:
    """Stop all applications of this node, the last that was started first."""
    for root in reversed(roots()):
        root.running.stop(reason)


def roots() -> list[Root]:
    """The roots of the applications that run on this node, in the order of their start."""

    def find() -> list[Root]:
        me = current()
        assert me is not None
        names = [name.removeprefix(PREFIX) for name in me.runtime.names.all() if name.startswith(PREFIX)]
        found = [root for root in map(root_of, names) if root is not None and root.runs]
        return sorted(found, key=lambda root: root._process.number)

    return in_process(find)


def end_node() -> None:
    """Stop the node of the calling process; returns before that has happened."""
    me = current()
    assert me is not None
    me.runtime.stopping = True
    me.runtime.network.wake()
