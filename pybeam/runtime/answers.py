"""Answer a call, wherever its caller is: with a value, or with the error that is raised there.

Also how a message from another node is opened, since the answer to one that cannot be is an error.
"""

from __future__ import annotations

import logging
from math import inf
from typing import TYPE_CHECKING

from ..errors import RemoteError, text_of
from .ports import Kind, Target
from .signals import From, ProcessExit, Sealed
from .switch import current

if TYPE_CHECKING:
    from .scheduler import Runtime

REPLY = Kind.REPLY

log = logging.getLogger("pybeam.runtime")


def answer(runtime: Runtime, from_: From, value: object) -> None:
    """Answer a call. A second answer is dropped."""
    if from_.answered:
        return
    from_.answered = True
    pid = from_.pid
    if pid.creation == runtime.creation:
        caller = runtime.processes.get(pid.number)
        if caller is not None and caller.waiting == from_.ref:
            caller.waiting = None  # `caller.resume(value)`
            caller.value = value
            runtime.ready.append(caller)
        else:
            runtime.promises.settle(from_.ref, value)
    else:
        _answer_far(runtime, from_, value)
    if from_.server is not None or from_.__class__ is not From:
        from_.settled(runtime)


def fail(runtime: Runtime, from_: From, error: Exception) -> None:
    """Fail a call, unless it was answered."""
    if from_.answered:
        return
    from_.answered = True
    pid = from_.pid
    if pid.creation == runtime.creation:
        caller = runtime.processes.get(pid.number)
        if caller is not None and caller.waiting == from_.ref:
            caller.resume_with_error(error)
        else:
            runtime.promises.settle(from_.ref, None, error)
    else:
        _fail_far(runtime, from_, error)
    from_.settled(runtime)


def unseal(runtime: Runtime, sealed: Sealed) -> tuple[object] | None:
    """Open a message from another node; None when it cannot be opened, which its sender is told."""
    try:
        return (sealed.open(),)
    except ProcessExit:
        raise
    except BaseException as error:
        text = f"the message cannot be unpickled on {runtime.name}: {type(error).__name__}: {text_of(error)}"
        log.warning("%s", text)
        if sealed.from_ is not None:
            fail(runtime, sealed.from_, RemoteError(text))
        return None


def _answer_far(runtime: Runtime, from_: From, value: object) -> None:
    pid = from_.pid
    try:
        runtime.network.post(REPLY, Target(pid.node, pid.creation, pid.number), from_.ref, current(), value, inf)
    except ProcessExit:
        from_.answered = False  # ended while a large reply was leaving: that end fails the call
        raise
    except BaseException as error:  # a value's own `__reduce__` may raise SystemExit
        text = f"the reply cannot be pickled: {type(error).__name__}: {text_of(error)}"
        runtime.network.post(Kind.FAIL, home_of(from_), from_.ref, None, RemoteError(text), inf)


def _fail_far(runtime: Runtime, from_: From, error: Exception) -> None:
    try:
        runtime.network.post(Kind.FAIL, home_of(from_), from_.ref, None, error, inf)
    except BaseException:  # its reason cannot be pickled; its text can
        runtime.network.post(Kind.FAIL, home_of(from_), from_.ref, None, RemoteError(text_of(error)), inf)


def home_of(from_: From) -> Target:
    """Where the answer goes."""
    return Target(from_.pid.node, from_.pid.creation, from_.pid.number)
