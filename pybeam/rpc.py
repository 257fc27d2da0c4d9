"""Call a function on another node.

Each node runs a server named `"rex"`, as Erlang does; it gives every call a process of its own,
which owes the answer. Follows OTP's `rpc`, with Python exceptions in place of `{badrpc, Reason}`
where the caller is a program.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from .errors import KILL, AlreadyStarted, BadRpc, CallTimeout, NodeDown, RemoteError, traceback_of, travels
from .otp.gen_server import GenServer
from .runtime import calls
from .runtime.answers import answer, unseal
from .runtime.foreign import in_process
from .runtime.ports import Target
from .runtime.process import Process
from .runtime.signals import Call, Cast, From, ProcessExit, Sealed, open_call
from .runtime.switch import running
from .runtime.workers import blocking as in_worker
from .terms import NONODE, Pid, Ref, split_name

SERVER = "rex"

FUNCTIONS_KEPT = 1024

Fun = Callable[..., Any] | str
"""What is called: a callable, or `"package.module:function"`, looked up on the other node."""


def call(name: str, fun: Fun, /, *args: Any, timeout: float | None = 5.0, blocking: bool = False, **kwargs: Any) -> Any:
    """Call `fun(*args, **kwargs)` on the node `name`, in a process of its own.

    Args:
        name: the node.
        fun: a callable that pickles (lambdas and functions of `__main__` do), or a string.
        timeout: seconds; None waits for ever.
        blocking: run it in a worker thread there, for code that sleeps or computes.

    Returns:
        What `fun` returns there.

    Raises:
        BaseException: what `fun` raised there, with the remote traceback as a note.
        NodeDown: the node cannot be reached, or was lost meanwhile.
        CallTimeout: no answer in time.
        RemoteError: the exception or the result cannot travel.
        ValueError: the node's name or the function's is malformed.

    >>> from pybeam import node
    >>> call(node.self(), "operator:add", 2, 3)
    5
    """
    outcome = calls.call(_server_of(name), (_checked(fun), args, kwargs, blocking), timeout)
    if outcome.__class__ is _Raised:
        raise outcome.rebuilt()
    return outcome


def cast(name: str, fun: Fun, /, *args: Any, **kwargs: Any) -> None:
    """Call `fun` on the node `name` and forget about it: no result, no error of the other side."""
    calls.cast(_server_of(name), (_checked(fun), args, kwargs, False))


def multicall(names: Sequence[str], fun: Fun, /, *args: Any, timeout: float | None = 5.0, **kwargs: Any) -> list[Any]:
    """Call `fun` on several nodes at once.

    Returns:
        In the order of `names`, each a result or a `BadRpc`.

    >>> from pybeam import node
    >>> multicall([node.self()], "operator:add", 2, 3)
    [5]
    """

    def collect() -> list[Any]:
        me = running()
        results: list[Any] = [BadRpc("timeout")] * len(names)
        asking: list[Process] = []

        def start(resume: Callable[[object], None]) -> None:
            left = len(names)

            def one(place: int, name: str) -> None:
                nonlocal left
                results[place] = attempt(name, fun, *args, timeout=timeout, **kwargs)
                left -= 1
                if not left:
                    resume(None)

            for place, name in enumerate(names):
                asking.append(me.runtime.spawn(one, place, name))

        try:
            if names:
                me.suspend(start)
        except BaseException:  # ended, or broken off: who still asks would hold a call open for nobody
            for process in asking:
                me.runtime.give_exit(process, me.pid, KILL, by_exit=True)
            raise
        return results

    return in_process(collect)


def attempt(
    name: str, fun: Fun, /, *args: Any, timeout: float | None = 5.0, blocking: bool = False, **kwargs: Any
) -> Any:
    """`call`, with `BadRpc(reason)` in place of every exception; also of one like SystemExit from there."""
    try:
        outcome = calls.call(_server_of(name), (_checked(fun), args, kwargs, blocking), timeout)
    except NodeDown:
        return BadRpc("nodedown")
    except CallTimeout:
        return BadRpc("timeout")
    except Exception as error:
        return BadRpc(error)
    return BadRpc(outcome.rebuilt()) if isinstance(outcome, _Raised) else outcome


def rpc_call(name: str, fun: Fun, /, *args: Any) -> Any:
    """Call `fun(*args)` on the node `name`, for people at a prompt: never raises.

    Returns:
        The result, or `BadRpc(reason)`, for instance `BadRpc('nodedown')`.
    """
    return attempt(name, fun, *args)


def spawn(name: str, fun: Callable[..., object], /, *args: Any) -> Pid:
    """Start a process that runs `fun(*args)` on the node `name`.

    Returns:
        Its pid.

    Raises:
        NodeDown: the node cannot be reached.
    """
    return _spawned(name, _Spawn(_checked(fun), args))


def spawn_link(name: str, fun: Callable[..., object], /, *args: Any) -> Pid:
    """`spawn`, linked to the calling process from the start."""

    def start() -> Pid:
        me = running()
        if name == me.runtime.name:
            return me.runtime.spawn(_found(_checked(fun)), *args, link=me).pid
        return _spawned(name, _Spawn(_checked(fun), args, link=True))

    return in_process(start)


def spawn_monitor(name: str, fun: Callable[..., object], /, *args: Any) -> tuple[Pid, Ref]:
    """`spawn`, monitored by the calling process from the start."""

    def start() -> tuple[Pid, Ref]:
        me = running()
        if name == me.runtime.name:
            process = me.runtime.spawn(_found(_checked(fun)), *args)
            return process.pid, me.monitor(process, process.pid)
        # Before it runs: it may have ended when its pid gets here.
        ref = me.runtime.ties.expect(me, Target(name, 0, 0))
        try:
            pid = _spawned(name, _Spawn(_checked(fun), args, monitor=ref.number))
        except BaseException:
            me.demonitor(ref, flush=True)
            raise
        me.runtime.ties.found(me, ref, pid)
        return pid, ref

    return in_process(start)


def _spawned(name: str, request: _Spawn) -> Pid:
    outcome = calls.call(_server_of(name), request)
    if isinstance(outcome, _Raised):
        raise outcome.rebuilt()
    assert isinstance(outcome, Pid)
    return outcome


def start_server() -> Pid:
    """Start this node's `"rex"`, linked to nobody."""
    return GenServer.start(_Rex, name=SERVER)


def _server_of(name: str) -> tuple[str, str]:
    split_name(name)
    if name == NONODE:  # nobody has started this node, and so nobody its server
        in_process(_start_if_missing)
    return SERVER, name


def _start_if_missing() -> None:
    with suppress(AlreadyStarted):
        start_server()


def _checked(fun: Fun) -> Fun:
    if isinstance(fun, str):
        _parsed(fun)
    elif not callable(fun):
        raise ValueError(f"cannot call {fun!r}: a callable or 'package.module:function' is needed")
    return fun


def _found(fun: Fun) -> Callable[..., Any]:
    if not isinstance(fun, str):
        return fun
    module, path = _parsed(fun)
    found: Any = sys.modules.get(module) or importlib.import_module(module)
    for name in path:
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


@lru_cache(FUNCTIONS_KEPT)
def _parsed(fun: str) -> tuple[str, list[str]]:
    module, colon, function = fun.partition(":")
    if not (module and colon and function):
        raise ValueError(f"bad function {fun!r}: write it as 'package.module:function'")
    return module, function.split(".")


_Request = tuple[Fun, tuple[Any, ...], dict[str, Any], bool]
"""What travels for a call or a cast: function, arguments, keyword arguments, whether in a worker thread.

Plain, and not a class of ours: naming a class in each request would cost more than the rest of it.
"""


def _run(request: _Request) -> Any:
    fun, args, kwargs, blocking = request
    fun = _found(fun)
    return in_worker(fun, *args, **kwargs) if blocking else fun(*args, **kwargs)


class _Spawn:
    """One `spawn`, as it travels.

    Attributes:
        link: whether it is linked to whoever asks.
        monitor: by which monitor whoever asks will watch it; 0 for none.
    """

    __slots__ = ("args", "fun", "link", "monitor")

    def __init__(self, fun: Fun, args: tuple[Any, ...], link: bool = False, monitor: int = 0) -> None:
        self.fun = fun
        self.args = args
        self.link = link
        self.monitor = monitor

    def __reduce__(self) -> tuple[Any, ...]:
        return _Spawn, (self.fun, self.args, self.link, self.monitor)

    def tie(self, me: Process, owner: Pid) -> None:
        """Tie the new process, which is this one, to whoever asked for it."""
        if self.link:
            me.parent = owner
            me.runtime.ties.link(me, owner)
        if self.monitor:
            me.runtime.ties.watch(me, owner, self.monitor)


class _Raised:
    """The outcome of a call that raised; without a traceback where the error tells it itself."""

    __slots__ = ("_travelled", "error", "traceback")

    def __init__(self, error: BaseException, traceback: str, travelled: bool = False) -> None:
        self.error = error
        self.traceback = traceback
        self._travelled = travelled

    def __reduce__(self) -> tuple[Any, ...]:
        if travels(self.error):
            return _Raised, (self.error, self.traceback, True)
        return _Raised, (RemoteError(f"an exception that cannot travel:\n{self.traceback}"), "", True)

    def rebuilt(self) -> BaseException:
        if self._travelled and self.traceback:  # else it is the callee's own, with its own traceback
            self.error.add_note(f"On the other node:\n{self.traceback}")
        return self.error


class _Rex(GenServer):
    """Gives each request a process of its own, which also unpickles it.

    A request whose arguments take long to unpickle, or call somebody while they do, holds up
    nobody else's.
    """

    takes_sealed = True

    def react(self, message: object) -> None:
        worker = self._process.runtime.spawn(_work, message)
        from_ = open_call(message)
        if from_ is not None:
            worker.owe(from_)  # the worker, not "rex": if it is killed, the caller hears of it at once


def _work(message: object) -> None:
    me = running()
    if isinstance(message, Sealed):
        opened = unseal(me.runtime, message)
        if opened is None:
            return
        (message,) = opened
    if isinstance(message, Call):
        _answer(me, message.request, message.from_)
    elif isinstance(message, Cast):
        _run(message.message)  # type: ignore[arg-type]  # whoever else casts here gets a crash report


def _answer(me: Process, request: Any, from_: From) -> None:
    try:
        if isinstance(request, _Spawn):
            fun = _found(request.fun)
        else:
            outcome = _run(request)
    except ProcessExit:
        raise
    except BaseException as error:
        outcome, request = _Raised(error, traceback_of(error)), None
    if not isinstance(request, _Spawn):
        answer(me.runtime, from_, outcome)
        return
    request.tie(me, from_.pid)
    answer(me.runtime, from_, me.pid)
    fun(*request.args)
