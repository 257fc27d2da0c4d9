"""Run one application in the foreground, until it ends by itself or a signal says so.

The node has the main thread. Signals are noticed by a thread of their own: a Python handler runs in
whatever the main thread is at, and an exception raised there would strike some process of the node.
Once asked to, this OS process ends, whatever its callbacks are doing.
"""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from .clock import MonotonicClock
from .errors import PybeamError, text_of
from .node import Node
from .otp.application import Application, start_application
from .otp.application_root import RunningApplication, stop_all
from .process import sleep, spawn

log = logging.getLogger("pybeam.runner")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

PATIENCE = 1.4
"""Seconds that the application gets to stop; then its processes are killed."""

LIMIT = 1.9
"""Seconds after which the OS process is ended whatever it is at."""

ECHO = 0.25
"""Seconds in which further signals count as the first one: Ctrl-C often arrives from the terminal
and from a script at once."""

PR_SET_PDEATHSIG = 1


def run(node: Node, application: Application | type[Application], env: Mapping[str, Any] | None = None) -> None:
    """Run `application` on `node`, which the calling thread, the main one, then runs.

    When it ends by itself, or one that it needs does, all are stopped, and the node.

    SIGINT, SIGTERM and SIGHUP stop the application, in reverse order of its start, and the node;
    a second one ends the OS process at once. One that is not done 1.9 s after the first is ended
    with status 1 after its stacks were shown. (A callback in C code that keeps the interpreter's
    lock cannot even be told: only SIGKILL ends that.)

    Raises:
        PybeamError: the application did not start, ended by itself, or had to be killed.
    """
    service = _Service(node, application, env)
    forget = on_signal(service.stop)
    node.spawn_soon(service.live)
    node.run_forever()
    forget()
    if service.failure is not None:
        raise PybeamError(service.failure)


class _Service:
    """The life of one application on its node."""

    def __init__(self, node: Node, application: Application | type[Application], env: Mapping[str, Any] | None) -> None:
        self._node = node
        self._application = application
        self._env = env
        self._running: RunningApplication | None = None
        self._stopping = False
        self.failure: str | None = None

    def live(self) -> None:
        """The body of the process that starts the application and outlives it."""
        try:
            self._live()
        except (Exception, SystemExit) as error:
            log.debug("the application did not start", exc_info=True)
            self.failure = f"the application did not start: {type(error).__name__}: {text_of(error)}"
        finally:
            self._node.stop()

    def _live(self) -> None:
        self._running = running = start_application(self._application, self._env, type="permanent")
        log.info("%s runs %s", self._node.name, type(running.application).__qualname__)
        if self._stopping:
            stop_all()
        reason = running.wait()
        if not self._stopping:
            self.failure = f"the application ended: {_told(reason)}"
        stop_all()

    def stop(self) -> None:
        """Have the application stopped; returns at once. Any thread."""
        self._stopping = True
        self._node.spawn_soon(self._stop)

    def _stop(self) -> None:
        spawn(self._insist)
        if self._running is not None:
            stop_all()

    def _insist(self) -> None:
        sleep(PATIENCE)
        self.failure = f"the application did not stop within {PATIENCE} s; its processes were killed"
        self._node.stop()


def _told(reason: object) -> str:
    match reason:
        case ("shutdown", str(why)):  # one that it needs has ended
            return why
    return text_of(reason)


def on_signal(act: Callable[[], None]) -> Callable[[], None]:
    """Call `act`, on a thread of its own, at the first of `SIGNALS`. Only on the main thread.

    From that signal on the end of this OS process is certain.

    Returns:
        What ends the watch; signals do nothing from then on.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in SIGNALS:
        # `nohup` asks for SIGHUP to be ignored. An ignored SIGINT asks for nothing: every background
        # job of a script starts so.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    threading.Thread(target=_watch, args=(reader, act), name="pybeam signals", daemon=True).start()

    def forget() -> None:
        signal.set_wakeup_fd(-1)
        os.close(writer)

    return forget


def _watch(reader: int, act: Callable[[], None]) -> None:
    try:
        _obey(reader, act)
    except EOFError:
        os.close(reader)


def _obey(reader: int, act: Callable[[], None]) -> None:
    number = _next_signal(reader)
    now = MonotonicClock().now
    echo = now() + ECHO
    # In C, on a thread that needs no interpreter lock: it comes even when a callback never lets go of it.
    faulthandler.dump_traceback_later(LIMIT, exit=True, file=2)
    act()
    log.info("stopping: %s", signal.Signals(number).name)
    while True:
        number = _next_signal(reader)
        if now() > echo:
            os._exit(128 + number)


def _next_signal(reader: int) -> int:
    while told := os.read(reader, 1):
        if told[0] in SIGNALS:
            return told[0]
    raise EOFError


def die_with_parent(expected: int = 0) -> None:
    """Have the kernel send SIGTERM to this OS process when its parent ends. Linux only; elsewhere nothing.

    Args:
        expected: the parent's pid; 0 for whoever is the parent now. Without it, a parent that ended
            while this process was starting is not told from whoever adopts orphans.

    Raises:
        PybeamError: the parent has ended already, or the kernel refuses.
    """
    if sys.platform != "linux":
        return
    parent = expected or os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0):
        raise PybeamError(f"the kernel refuses --die-with-parent: {os.strerror(ctypes.get_errno())}")
    # Who ended before that line sends nothing any more. Process 1 adopts orphans; it is a parent of
    # its own only where it is in the same session, as a script that is process 1 of a container.
    if os.getppid() != parent or (not expected and parent == 1 and os.getsid(1) != os.getsid(0)):
        raise PybeamError("the parent has ended already")
