"""Application: a program whose supervision tree is one list.

Here also the process at its root, which starts the top supervisor, outlives it, and cleans up
after it. Follows OTP's `application`.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from math import inf
from typing import Any

from ..errors import SHUTDOWN, NoProcess, ReceiveTimeout, ServerDied
from ..runtime.foreign import in_process
from ..runtime.switch import current
from ..terms import Pid
from .child import Child, ChildSpec
from .directives import Stop
from .gen_server import GenServer
from .restart import Strategy
from .shutdown import shut_down
from .supervision import AutoShutdown
from .supervisor import Supervisor


class Application:
    """Subclass it and list the children; an instance keeps the settings, as attributes of its own.

    Attributes:
        name: registers the top supervisor on its node.
        strategy, max_restarts, max_seconds, auto_shutdown: as for `Supervisor.start_link`.

    >>> from pybeam.otp.gen_server import GenServer
    >>> class Greeter(GenServer):
    ...     def init(self, greeting):
    ...         self.greeting = greeting
    >>> class Hello(Application):
    ...     def __init__(self, greeting="hello"):
    ...         self.greeting = greeting
    ...     def children(self):
    ...         return [(Greeter, self.greeting)]
    >>> running = Application.start(Hello("good day"))
    >>> len(Supervisor.which_children(running.pid))
    1
    >>> running.stop()
    """

    name: str | None = None
    strategy: Strategy = "one_for_one"
    max_restarts: int = 3
    max_seconds: float = 5.0
    auto_shutdown: AutoShutdown = "never"

    def children(self) -> Iterable[Child]:
        """The children of the top supervisor, in the order of their start."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what its children are")

    def before_start(self) -> None:
        """Called before the children are started. What it raises, `start` raises."""

    def after_stop(self) -> None:
        """Called once the top supervisor has ended, and so its children; only after `before_start`."""

    def start(self) -> RunningApplication:
        """Start it, by itself: it ends when it is stopped or gives up, and not with its caller.

        Raises:
            Exception: what `before_start`, `children` or the start of a child raised. What
                had been started has been stopped again.
        """
        return start_application(self)

    def child_spec(self) -> ChildSpec:
        """How a supervisor starts it, as a part of a larger program."""
        return ChildSpec(
            type(self),
            lambda: GenServer.start_link(_Root, self, RunningApplication(self)),
            shutdown=None,
            type="supervisor",
        )


class RunningApplication:
    """An application that was started.

    Attributes:
        application: what it is an instance of.
        pid: the top supervisor.
        reason: why it ended; None while it runs.
    """

    pid: Pid
    _root: Pid

    def __init__(self, application: Application) -> None:
        self.application = application
        self.reason: object = None

    def __repr__(self) -> str:
        ended = "" if self.reason is None else f", ended: {self.reason}"
        return f"<{type(self.application).__qualname__} at {self.pid!r}{ended}>"

    def stop(self) -> None:
        """Stop its children in reverse order, each within its limit. Harmless when it has ended."""
        with suppress(NoProcess, ServerDied):  # it may end by itself meanwhile
            GenServer.stop(self._root, SHUTDOWN)

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
            down = me.receive(
                lambda message: isinstance(message, tuple) and len(message) == 5 and message[1] == ref,
                inf if timeout is None else me.runtime.now() + timeout,
            )
        except ReceiveTimeout:
            raise TimeoutError(f"{self!r} has not ended within {timeout} s") from None
        finally:
            me.demonitor(ref)
        return self.reason if self.reason is not None else down[4]  # type: ignore[index]  # a DOWN


def start_application(application: Application | type[Application]) -> RunningApplication:
    """`Application.start`, also for a class, of which it makes an instance without arguments.

    Raises:
        TypeError: it is neither.
        Exception: as for `Application.start`.
    """
    if isinstance(application, type) and issubclass(application, Application):
        application = application()
    if not isinstance(application, Application):
        raise TypeError(f"an Application is needed here, an instance or a subclass, not {application!r}")
    running = RunningApplication(application)
    GenServer.start(_Root, application, running)
    return running


class _Root(GenServer):
    """The parent of the top supervisor (OTP's application master)."""

    def init(self, application: Application, running: RunningApplication) -> None:
        self._process.trap_exit = True
        self._running = running
        application.before_start()
        try:
            running.pid = self._start_top(application)
        except BaseException:
            application.after_stop()
            raise
        running._root = self._process.pid

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
        match message:
            case ("EXIT", pid, reason) if pid == self._running.pid:
                return Stop(reason)
        return None

    def terminate(self, reason: Any) -> None:
        shut_down(self._running.pid, None)
        self._running.reason = reason
        self._running.application.after_stop()
