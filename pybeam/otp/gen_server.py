"""GenServer: a process that keeps state and answers requests, one at a time.

Here the client's functions and the loop that turns messages into callbacks. A server is written in
plain blocking style: a callback that calls or receives parks its own process only. Follows OTP's
`gen_server` and Elixir's `GenServer`; state lives on `self`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from math import inf
from typing import Any, NoReturn

from ..errors import NORMAL, Crash, RemoteError, ServerDied, traceback_of, travels
from ..runtime.answers import answer, fail
from ..runtime.calls import Dest, call, cast, locate
from ..runtime.foreign import anywhere, in_process
from ..runtime.forwarding import forward
from ..runtime.ports import Target
from ..runtime.process import Process
from ..runtime.signals import Call, Cast, From, ProcessExit
from ..runtime.switch import current
from ..runtime.via import Name
from ..shown import shown
from ..terms import Pid
from .child import ChildSpec
from .deadline import checked
from .directives import TIMEOUT, Continue, Fail, Forward, NoReply, Reply, Stop, Then
from .endings import exit_pid
from .promise import abcast, call_async, multi_call
from .starting import start_server
from .system import SystemRequest, is_system, obey
from .watch import Watch

log = logging.getLogger("pybeam.gen_server")


class GenServer:
    """Subclass it, write the callbacks you need, and start it with `GenServer.start`.

    >>> class Counter(GenServer):
    ...     def init(self, start):
    ...         self.n = start
    ...     def handle_call(self, request, from_):
    ...         self.n += request
    ...         return self.n
    >>> pid = GenServer.start(Counter, 40)
    >>> GenServer.call(pid, 2)
    42
    >>> GenServer.stop(pid)
    """

    takes_sealed = False
    """Whether `react` is given messages from other nodes still pickled. Not for users."""

    # Not for users, and of names that no user's own attribute or method has by chance.
    _process: Process
    _server_stopping: bool = False
    _server_due: _Due | None = None
    _server_watch: Watch | None = None
    _server_successor: type[GenServer] | None = None
    _server_version: object = None

    # ------------------------------------------------------------------ callbacks

    def init(self, *args: Any) -> Any:
        """Set the state up. `start` returns when this has.

        Returns:
            None; or `Continue(arg)`; or a number, seconds until `handle_info("timeout")`; or
            `Stop(reason)`: then `start` raises `ServerDied(reason)`; or `Ignore()`: then the
            process ends and `start` returns None.
        """

    def handle_call(self, request: Any, from_: From) -> Any:
        """Answer a request. What is returned is the reply, unless it is `NoReply(...)`,
        `Reply(value, ...)`, `Fail(error)`, `Forward(server, request)` or `Stop(reason, reply=...)`. A value
        of a user's goes into a `Reply`, or it ends the server on the day when it is a `Stop`."""
        raise NotImplementedError(f"{type(self).__qualname__} has no handle_call, and was asked {shown(request)}")

    def handle_cast(self, message: Any) -> Any:
        """Take a message that wants no answer. Returns None, `NoReply(...)` or `Stop(reason)`."""
        raise NotImplementedError(f"{type(self).__qualname__} has no handle_cast, and was cast {shown(message)}")

    def handle_info(self, message: Any) -> Any:
        """Take any other message: from `send`, a monitor, a timer. Returns as `handle_cast`."""
        log.warning("%r got a message that it has no handle_info for: %s", self._process, shown(message))

    def handle_continue(self, arg: Any) -> Any:
        """Go on after `Continue(arg)`, before any message is taken. Returns as `handle_cast`."""
        raise NotImplementedError(f"{type(self).__qualname__} has no handle_continue, and was given {shown(arg)}")

    def terminate(self, reason: Any) -> None:
        """Clean up. Called when a callback stops the server or raises, and, in a server that
        traps exits, when its parent ends it."""

    def code_change(self, old_version: Any) -> None:
        """Take the state over: `pybeam.code.load` has just given this server its new class. If this
        raises, the server goes on as it was, with its old class."""

    # ------------------------------------------------------------------ the client's side

    call = staticmethod(call)
    cast = staticmethod(cast)
    call_async = staticmethod(call_async)
    multi_call = staticmethod(multi_call)
    abcast = staticmethod(abcast)

    @staticmethod
    def start(cls: type[GenServer], *args: Any, name: Name | None = None, timeout: float | None = None) -> Pid | Any:
        """Start a server and wait until its `init` has returned.

        Args:
            cls: the server's class; `args` go to its `init`.
            name: registers it on this node.
            timeout: seconds that `init` may take; None for as long as it takes.

        Returns:
            Its `Pid`; None when `init` returned `Ignore()`.

        Raises:
            AlreadyStarted: the name is taken; has the pid of its owner.
            TimeoutError: `init` took too long, and was killed.
            Exception: what `init` raised, or `ServerDied(reason)` when it returned
                `Stop`.
        """
        return in_process(lambda: _start(cls, args, name, timeout, link=False))

    @staticmethod
    def start_link(
        cls: type[GenServer], *args: Any, name: Name | None = None, timeout: float | None = None
    ) -> Pid | Any:
        """`start`, linked to the calling process."""
        return in_process(lambda: _start(cls, args, name, timeout, link=True))

    @staticmethod
    def whereis(server: Dest) -> Pid | tuple[str, str] | None:
        """The pid that a destination stands for now; None for nobody.

        `(name, node)` of another node is returned as it is: only that node knows.

        >>> GenServer.whereis("nobody") is None
        True
        """
        return in_process(lambda: _whereis(server))

    @staticmethod
    def reply(from_: From, value: object) -> None:
        """Answer a call for which `handle_call` returned `NoReply`; from any process."""
        me = current()
        if me is None:
            return anywhere(GenServer.reply, from_, value)
        answer(me.runtime, from_, value)

    @staticmethod
    def stop(server: Dest, reason: object = NORMAL, timeout: float | None = None) -> None:
        """End a server, and wait until its `terminate` has run.

        Raises:
            NoProcess, NodeDown, CallTimeout: as for `call`.
            ServerDied: it ended, but with another reason, as when `terminate` raised.
        """
        try:
            call(server, SystemRequest("stop", reason), timeout)
        except ServerDied as died:
            if died.reason is not reason and died.reason != reason:
                raise

    @classmethod
    def child_spec(cls, *args: Any, name: Name | None = None) -> ChildSpec:
        """How a supervisor starts this server when given the class, or `(class, *args)`.

        Override it for another restart type, id or limit.

        Args:
            name: registers it on its node, and is its id instead of the class.
        """
        return ChildSpec(name or cls, lambda: GenServer.start_link(cls, *args, name=name))

    # ------------------------------------------------------------------ the loop's side

    def react(self, message: object) -> None:
        """Take one message. Called by the scheduler."""
        kind = message.__class__
        if kind is _Due:
            if message is not self._server_due:
                return  # it was on its way already when another message forestalled it
            message = TIMEOUT
        if self._server_due is not None and not is_system(message):
            self._server_due.cancel()
            self._server_due = None
        try:
            if kind is Call:
                from_ = message.from_  # type: ignore[attr-defined]  # its class was compared
                request = message.request  # type: ignore[attr-defined]
                if request.__class__ is SystemRequest:
                    return obey(self, request, from_)
                result = self.handle_call(request, from_)
                if result.__class__ not in _DIRECTIVES:
                    return answer(self._process.runtime, from_, result)
                result = self._server_follow(result, from_)
            else:
                result = self.handle_cast(message.message) if kind is Cast else self._server_inform(message)  # type: ignore[attr-defined]
            if result is not None:
                self._server_go_on(result)
        except BaseException as error:
            self._server_end(error)

    def _server_begin(self, result: object) -> None:
        """Do what `init` returned."""
        try:
            if result is not None:
                self._server_go_on(result)
        except BaseException as error:
            self._server_end(error)

    def _server_follow(self, result: Any, from_: From) -> object:
        """Do for the caller what `handle_call` returned in place of a plain reply; what comes next."""
        if isinstance(result, NoReply):
            self._process.owe(from_)
        elif isinstance(result, Reply):
            answer(self._process.runtime, from_, result.value)
        elif isinstance(result, Fail):
            fail(self._process.runtime, from_, _portable(result.error, from_, self._process))
        elif isinstance(result, Forward):
            forward(self._process, from_, result.server, result.request)
        elif result.answers:
            try:
                self._server_end(ProcessExit(result.reason))
            finally:  # as in OTP: who has the answer may rely on `terminate` having run
                answer(self._process.runtime, from_, result.reply)
        else:
            return result
        return result.then

    def _server_inform(self, message: object) -> object:
        if self._process.trap_exit and self._server_is_parents_exit(message):
            raise ProcessExit(message[2])  # type: ignore[index]  # it was found to be an EXIT
        return self.handle_info(message)

    def _server_go_on(self, result: object) -> None:
        while True:
            if isinstance(result, Stop):
                raise ProcessExit(result.reason)
            then: Then = result.then if isinstance(result, NoReply) else result  # type: ignore[assignment]
            if isinstance(then, Continue):
                result = self.handle_continue(then.arg)
                continue
            if isinstance(then, (int, float)) and not isinstance(then, bool) and then >= 0:
                self._server_set_timeout(then)
            elif then is not None:
                raise TypeError(f"a callback of {type(self).__qualname__} returned {then!r}")
            return

    def _server_set_timeout(self, seconds: float) -> None:
        process = self._process
        if seconds < inf:
            due = self._server_due = _Due(seconds)
            due.cancel = process.runtime.after(seconds, lambda: process.runtime.deliver(process, due))

    def _server_hold_timeout(self) -> None:
        if self._server_due is not None:
            self._server_due.cancel()

    def _server_renew_timeout(self) -> None:
        """Begin a timeout anew, as a system request makes it in OTP."""
        if self._server_due is not None:
            self._server_due.cancel()
            self._server_set_timeout(self._server_due.seconds)

    def _server_is_parents_exit(self, message: object) -> bool:
        pid = exit_pid(message)
        return pid is not None and pid == self._process.parent

    def _server_end(self, error: BaseException) -> NoReturn:
        """Run `terminate` where that is due, and end the process."""
        process = self._process
        if process.doom is not None:
            raise ProcessExit(process.doom[0])  # whatever the callback made of it
        reason = error.reason if isinstance(error, ProcessExit) else Crash.of(error)
        if not self._server_stopping:
            self._server_stopping = True
            try:
                self.terminate(reason)
            except ProcessExit as stop:
                reason = stop.reason
            except BaseException as worse:
                reason = Crash.of(worse)
        raise ProcessExit(reason)


class _Due:
    """The message by which a timeout comes due: one for each, so that a stale one can be told."""

    __slots__ = ("cancel", "seconds")

    cancel: Callable[[], None]

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


_DIRECTIVES = frozenset((Reply, NoReply, Fail, Forward, Stop))


def _portable(error: Exception, from_: From, server: Process) -> Exception:
    if from_.pid.creation == server.runtime.creation or travels(error):
        return error
    return RemoteError(f"an exception that cannot travel:\n{traceback_of(error)}")


def _start(
    cls: type[GenServer], args: tuple[Any, ...], name: Name | None, timeout: float | None, *, link: bool
) -> Pid | None:
    if not (isinstance(cls, type) and issubclass(cls, GenServer)):
        raise TypeError(f"a subclass of GenServer is needed here, not {cls!r}")
    starter = current()
    assert starter is not None
    checked(timeout)
    while (successor := vars(cls).get("_server_successor")) is not None:
        cls = successor  # a supervisor's spec has the class of before its module was loaded anew
    server = cls()
    server._process = starter.runtime.new_process(starter.runtime.server_body, server)
    runs = start_server(server, args, starter, name, timeout, link=link)
    return server._process.pid if runs else None


def _whereis(server: Dest) -> Pid | tuple[str, str] | None:
    me = current()
    assert me is not None
    place = server if isinstance(server, Pid) else locate(me.runtime, server)
    if isinstance(place, Target):
        return place.who
    return place.pid if isinstance(place, Process) else place
